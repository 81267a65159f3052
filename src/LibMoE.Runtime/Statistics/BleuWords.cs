using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Statistics;

/// <summary>
/// Words as NIST's <c>mteval-v13a.pl</c> cuts them, sacreBLEU's <c>13a</c>: ASCII punctuation stands alone, apart from apostrophes, from
/// hyphens that follow no digit, and from commas and full stops between digits; four HTML entities are read.
/// </summary>
internal static partial class BleuWords
{
    /// <summary>The words of a sentence.</summary>
    public static IReadOnlyList<string> Of(string sentence)
    {
        var text = sentence.TrimEnd()
            .Replace("<skipped>", "", StringComparison.Ordinal)
            .Replace("-\n", "", StringComparison.Ordinal)
            .Replace("\n", " ", StringComparison.Ordinal)
            .Replace("&quot;", "\"", StringComparison.Ordinal)
            .Replace("&amp;", "&", StringComparison.Ordinal)
            .Replace("&lt;", "<", StringComparison.Ordinal)
            .Replace("&gt;", ">", StringComparison.Ordinal);
        text = Punctuation().Replace($" {text} ", " $0 ");
        text = StopAfterOther().Replace(text, "$1 $2 ");
        text = StopBeforeOther().Replace(text, " $1 $2");
        return HyphenAfterDigit().Replace(text, "$1 $2 ").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>All of ASCII's punctuation but ' , - and the full stop.</summary>
    [GeneratedRegex(@"[!-&(-+/:-@\[-`{-~]")]
    private static partial Regex Punctuation();

    [GeneratedRegex("([^0-9])([.,])")]
    private static partial Regex StopAfterOther();

    [GeneratedRegex("([.,])([^0-9])")]
    private static partial Regex StopBeforeOther();

    [GeneratedRegex("([0-9])(-)")]
    private static partial Regex HyphenAfterDigit();
}
