using System.Text.RegularExpressions;

namespace Translation;

/// <summary>Sentences as words and marks, for methods that know no pieces.</summary>
internal static partial class SentenceWords
{
    /// <summary>Words, which may have apostrophes and hyphens inside, and marks.</summary>
    public static string[] Of(string sentence) => [.. Word().Matches(sentence).Select(match => match.Value)];

    /// <summary>Words in lower case.</summary>
    public static string[] Lower(string sentence) => Of(sentence.ToLowerInvariant());

    /// <summary>With blanks between, but not before marks that end something, and the first letter large.</summary>
    public static string Join(IEnumerable<string> words)
    {
        var text = MarkAfterBlank().Replace(string.Join(' ', words), "$1");
        return text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
    }

    [GeneratedRegex(@"[\p{L}\p{N}]+(?:['’.,-][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}]")]
    private static partial Regex Word();

    [GeneratedRegex(@" ([.,!?;:])")]
    private static partial Regex MarkAfterBlank();
}
