using System.Text.RegularExpressions;
using LibMoE.Runtime.Evaluation.Tasks;

namespace LibMoE.Runtime;

/// <summary>What a template may do to a field: <c>{sentence|after:_|trim}</c>. Adding a filter is one row of <see cref="All"/>.</summary>
public static partial class TemplateFilters
{
    /// <summary>The filters by name: the text and the argument in, the new text out.</summary>
    internal static IReadOnlyDictionary<string, Func<string, string, string>> All { get; } =
        new Dictionary<string, Func<string, string, string>>
        {
            ["after"] = (text, mark) => text[(Position(text, mark, text.IndexOf(mark, StringComparison.Ordinal)) + mark.Length)..],
            ["afterlast"] = (text, mark) => text[(Position(text, mark, text.LastIndexOf(mark, StringComparison.Ordinal)) + mark.Length)..],
            ["before"] = (text, mark) => text[..Position(text, mark, text.IndexOf(mark, StringComparison.Ordinal))],
            ["beforelast"] = (text, mark) => text[..Position(text, mark, text.LastIndexOf(mark, StringComparison.Ordinal))],
            ["replace"] = Replace,
            ["map"] = Map,
            ["wrap"] = (text, around) => text.Length > 0 ? around.Replace("*", text, StringComparison.Ordinal) : "",
            ["lower"] = (text, _) => text.ToLowerInvariant(),
            ["trim"] = (text, _) => text.Trim(),
            ["trimend"] = (text, characters) => text.TrimEnd(characters.ToCharArray()),
            ["uncapitalized"] = (text, _) => text.Length > 0 ? char.ToLowerInvariant(text[0]) + text[1..] : text,
            ["spaced"] = (text, _) => text.Length > 0 && char.IsWhiteSpace(text[0]) ? text : " " + text,
            ["lastword"] = (text, _) => text[(LastBlank(text) + 1)..],
            ["butlastword"] = (text, _) => text[..LastBlank(text)],
            ["name"] = (path, _) => path[(path.LastIndexOf('/') + 1)..],
            ["folder"] =
            (path, _) => path.Split('/') is { Length: > 1 } parts ? parts[^2] : throw new FormatException("the path has no folder"),
            ["unbracketed"] = (text, _) => Unbracketed(text),
            ["detokenized"] = (text, _) => WikiTextDetokenizer.Detokenize(text),
        };

    /// <summary>The filters' names.</summary>
    public static IEnumerable<string> Names => All.Keys;

    private static int Position(string text, string mark, int position) =>
        position >= 0 ? position : throw new FormatException($"'{mark}' does not occur in '{Shorten(text)}'");

    private static int LastBlank(string text) =>
        text.LastIndexOf(' ') is var blank && blank >= 0 ? blank : throw new FormatException($"'{Shorten(text)}' is a single word");

    private static string Replace(string text, string argument)
    {
        var parts = argument.Split('=', 2);
        return text.Replace(parts[0], parts.Length > 1 ? parts[1] : "", StringComparison.Ordinal);
    }

    /// <summary>Of <c>yes=presence;red=color;*=other</c> what stands behind the text, or else behind the star.</summary>
    private static string Map(string text, string argument)
    {
        var pairs = argument.Split(';').Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2).ToList();
        return (pairs.Find(pair => pair[0] == text) ?? pairs.Find(pair => pair[0] == "*"))?[1]
            ?? throw new FormatException($"'{Shorten(text)}' is none of {string.Join(", ", pairs.Select(pair => pair[0]))}");
    }

    /// <summary>HellaSwag's WikiHow items carry markup: a [title] ends a sentence, other brackets hold nothing to read.</summary>
    private static string Unbracketed(string text) =>
        Brackets()
            .Replace(text.Trim().Replace(" [title]", ". ", StringComparison.Ordinal), "").Replace("  ", " ", StringComparison.Ordinal);

    internal static string Shorten(string text) => text.Length <= 60 ? text : text[..57] + "…";

    [GeneratedRegex(@"\[.*?\]")]
    private static partial Regex Brackets();
}
