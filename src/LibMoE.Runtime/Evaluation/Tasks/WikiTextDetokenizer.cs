using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Evaluation.Tasks;

/// <summary>
/// Writes WikiText's separated words as ordinary text: the field's customary rules (Megatron-LM, lm-evaluation-harness), so that
/// perplexities compare.
/// </summary>
internal static partial class WikiTextDetokenizer
{
    private static readonly (string From, string To)[] Separators =
    [
        (" @-@ ", "-"), (" @,@ ", ","), (" @.@ ", "."),
        (" : ", ": "), (" ; ", "; "), (" . ", ". "), (" ! ", "! "), (" ? ", "? "), (" , ", ", "),
    ];

    private static readonly (string From, string To)[] Rest =
    [
        ("= = = =", "===="), ("= = =", "==="), ("= =", "=="), (" ° ", "°"), (" \n", "\n"), ("\n ", "\n"), (" N ", " 1 "), (" 's", "'s"),
    ];

    /// <summary>The text without the blanks that tokenisation put in.</summary>
    public static string Detokenize(string text)
    {
        // The second rule is the field's own slip: its slashes are those of another language's patterns.
        text = SlashedQuote().Replace(text.Replace("s '", "s'", StringComparison.Ordinal), "/'[0-9]/");
        text = Replace(text, Separators);
        text = Round().Replace(text, "($1)");
        text = Square().Replace(text, "[$1]");
        text = Curly().Replace(text, "{$1}");
        text = Double().Replace(text, "\"$1\"");
        text = Single().Replace(text, "'$1'");
        return Replace(text, Rest);
    }

    private static string Replace(string text, (string From, string To)[] rules) =>
        rules.Aggregate(text, (current, rule) => current.Replace(rule.From, rule.To, StringComparison.Ordinal));

    [GeneratedRegex("/' [0-9]/")]
    private static partial Regex SlashedQuote();

    [GeneratedRegex(@"\(\s*([^\)]*?)\s*\)")]
    private static partial Regex Round();

    [GeneratedRegex(@"\[\s*([^\]]*?)\s*\]")]
    private static partial Regex Square();

    [GeneratedRegex(@"\{\s*([^\}]*?)\s*\}")]
    private static partial Regex Curly();

    [GeneratedRegex("\"\\s*([^\"]*?)\\s*\"")]
    private static partial Regex Double();

    [GeneratedRegex(@"'\s*([^']*?)\s*'")]
    private static partial Regex Single();
}
