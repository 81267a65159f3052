using System.Text;
using System.Text.Json;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Data.Tokenizers.Cuts;

namespace LibMoE.Runtime.Data.Tokenizers.Json;

/// <summary>The <c>normalizer</c> of a <c>tokenizer.json</c>: what is done to a text before it is cut.
/// Knowing a step is one row here.</summary>
internal static class NormalizerSteps
{
    private static readonly Dictionary<string, Func<string, JsonElement, Func<string, string>>> Rows = new()
    {
        ["NFC"] = (path, _) => Form(path, NormalizationForm.FormC),
        ["NFD"] = (path, _) => Form(path, NormalizationForm.FormD),
        ["NFKC"] = (path, _) => Form(path, NormalizationForm.FormKC),
        ["NFKD"] = (path, _) => Form(path, NormalizationForm.FormKD),
        ["Prepend"] = (_, step) => Prepending(step.Text("prepend")),
        ["Replace"] = (_, step) => Replacing(step),
        ["Strip"] = (_, step) => Stripping(step.Flag("strip_left"), step.Flag("strip_right")),
    };

    /// <summary>Reads it.</summary>
    /// <exception cref="TokenizerException">A step is not known, or cannot be done here.</exception>
    public static Func<string, string> Read(string path, JsonElement? normalizer)
    {
        var steps = normalizer?.Steps("normalizers").Select(step => Rows.TryGetValue(step.Kind(), out var row)
            ? row(path, step)
            : throw new TokenizerException(
                path, $"the normalizer {MessageText.Quote(step.GetRawText())} is not known; it must be null or of "
                    + $"{string.Join(", ", Rows.Keys)}")).ToList() ?? [];
        return text => steps.Aggregate(text, (before, step) => step(before));
    }

    /// <summary>The replacing step, also of decoders.</summary>
    public static Func<string, string> Replacing(JsonElement step)
    {
        var (expression, content) = (step.Pattern(), step.Text("content"));
        return text => Replace(text, expression, content);
    }

    private static Func<string, string> Prepending(string prefix) => text => text.Length > 0 ? prefix + text : text;

    private static string Replace(string text, CodePointRegex expression, string content)
    {
        var (replaced, done) = (new StringBuilder(text.Length), 0);
        foreach (var (offset, length) in expression.Matches(text))
        {
            replaced.Append(text, done, offset - done).Append(content);
            done = offset + length;
        }

        return replaced.Append(text, done, text.Length - done).ToString();
    }

    private static Func<string, string> Form(string path, NormalizationForm form)
    {
        // .NET gives texts back as they are where it runs without ICU, and says nothing.
        if ("e\u0301".Normalize(NormalizationForm.FormC) != "\u00e9")
        {
            throw new TokenizerException(
                path, "the normalizer composes characters, which .NET cannot do in its mode of invariant globalization; "
                    + "set InvariantGlobalization to false");
        }

        return text => text.Normalize(form);
    }

    private static Func<string, string> Stripping(bool left, bool right) =>
        text => (left, right) switch
        {
            (true, true) => text.Trim(),
            (true, false) => text.TrimStart(),
            (false, true) => text.TrimEnd(),
            _ => text
        };
}
