namespace LibMoE.Runtime.Evaluation.Scoring.Answers;

/// <summary>
/// MMStar (Chen et al. 2024): in lower case, the right letter first, behind a bracket first, behind "option " or behind "the answer is "
/// (EvolvingLMMs-Lab/lmms-eval 2f636e7, lmms_eval/tasks/mmstar/utils.py, exact_match, taken from MMStar). Whatever begins with the right
/// letter is right, words too.
/// </summary>
internal static class MmStarRule
{
    private const string Letters = "abcd";
    private static readonly string[] Openings = ["", "(", "option ", "the answer is "];

    public static Verdict Judge(AnswerKey key, string answer)
    {
        var text = answer.ToLowerInvariant().Replace('\n', ' ');
        var named = Openings.Where(opening => text.StartsWith(opening, StringComparison.Ordinal) && text.Length > opening.Length)
            .Select(opening => text[opening.Length]).ToList();
        var right = named.Exists(letter => letter.ToString().Equals(key.Target, StringComparison.OrdinalIgnoreCase));
        var read = named.FindLast(letter => Letters.Contains(letter, StringComparison.Ordinal));
        return new Verdict(right ? 1 : 0, right ? key.Target : read == default ? null : char.ToUpperInvariant(read).ToString());
    }
}
