namespace LibMoE.Runtime.Evaluation.Scoring.Answers;

/// <summary>
/// GQA's accuracy: 1 where the prediction equals the answer, after full stops at its end are taken off and it is put into lower case
/// (haotian-liu/LLaVA a689fd8, scripts/convert_gqa_for_eval.py; Hudson and Manning's eval.py then compares the two texts).
/// </summary>
internal static class ShortAnswerRule
{
    public static Verdict Judge(AnswerKey key, string answer)
    {
        var read = answer.TrimEnd('.').ToLowerInvariant();
        return new Verdict(read == key.Target ? 1 : 0, read.Length > 0 ? read : null);
    }
}
