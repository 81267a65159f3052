using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Evaluation.Scoring.Answers;

/// <summary>
/// ScienceQA as LLaVA scores it (haotian-liu/LLaVA 5200b75, llava/eval/eval_science_qa.py), line breaks read as ". ": the letter A to E
/// alone, first and followed by ". ", or behind "The answer is "; a letter that no option has, and anything else, is wrong.
/// </summary>
internal static partial class ScienceQaRule
{
    private const string Letters = "ABCDE";

    public static Verdict Judge(AnswerKey key, string answer)
    {
        var text = answer.Replace("\n", ". ", StringComparison.Ordinal);
        var letter = text is [var only] && IsLetter(only) ? only
            : text is [var first, '.', ' ', ..] && IsLetter(first) ? first
            : Statement().Match(text) is { Success: true } stated ? stated.Groups["letter"].Value[0]
            : default;
        var read = letter != default && Letters.IndexOf(letter, StringComparison.Ordinal) < key.Choices.Count ? letter.ToString() : null;
        return Verdict.Of(read, key.Target);
    }

    private static bool IsLetter(char letter) => Letters.Contains(letter, StringComparison.Ordinal);

    /// <summary>The script looks for the letter with a full stop behind it before it looks for one without.</summary>
    [GeneratedRegex(@"^(?:.*?The answer is (?<letter>[A-E])\.|.*?The answer is (?<letter>[A-E]))", RegexOptions.Singleline)]
    private static partial Regex Statement();
}
