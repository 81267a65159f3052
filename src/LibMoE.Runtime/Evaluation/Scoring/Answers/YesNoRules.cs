namespace LibMoE.Runtime.Evaluation.Scoring.Answers;

/// <summary>Three benchmarks' ways to hear a yes or a no.</summary>
internal static class YesNoRules
{
    private const string Yes = "yes";
    private const string No = "no";

    /// <summary>
    /// POPE (Li et al. 2023): of the text before the first full stop, commas taken out and split at blanks, no if a word is "No", "no" or
    /// "not", yes in every other case, so that nothing is left unread (haotian-liu/LLaVA 4241f08, llava/eval/eval_pope.py, which is the
    /// authors' evaluate.py).
    /// </summary>
    public static Verdict Pope(AnswerKey key, string answer)
    {
        var words = answer.Split('.')[0].Replace(",", "", StringComparison.Ordinal).Split(' ');
        return Verdict.Of(words.Any(word => word is "No" or "no" or "not") ? No : Yes, key.Target);
    }

    /// <summary>
    /// MME (Fu et al. 2023): in lower case, "yes" where the first four letters have it, else "no" where they have that, else neither, which
    /// is wrong (the authors' eval_tool, calculation.py, as kept in zjunlp/Deco a3ccc15, eval_tool/calculation.py).
    /// </summary>
    public static Verdict Mme(AnswerKey key, string answer)
    {
        var start = answer.ToLowerInvariant()[..Math.Min(4, answer.Length)];
        return Verdict.Of(
            start.Contains(Yes, StringComparison.Ordinal) ? Yes : start.Contains(No, StringComparison.Ordinal) ? No : null, key.Target);
    }

    /// <summary>
    /// HallusionBench: "yes" where that is a word of the answer and "no" is none, and the other way round; both or neither are wrong
    /// (open-compass/VLMEvalKit 0c7163c, vlmeval/dataset/utils/yorn.py, YOrN_Extraction). The authors have a language model decide instead
    /// (tianyi-lab/HallusionBench 08e51de, utils.py, evaluate_by_chatgpt), which we do not.
    /// </summary>
    public static Verdict HallusionBench(AnswerKey key, string answer)
    {
        var words = PythonText.Words(VqaText.WithoutPunctuation(answer.ToLowerInvariant()));
        var (yes, no) = (words.Contains(Yes), words.Contains(No));
        return Verdict.Of(yes == no ? null : yes ? Yes : No, key.Target);
    }
}
