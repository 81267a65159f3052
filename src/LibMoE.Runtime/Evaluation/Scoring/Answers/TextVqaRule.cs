namespace LibMoE.Runtime.Evaluation.Scoring.Answers;

/// <summary>
/// TextVQA's soft accuracy over the answers of ten people (Goyal et al. 2017, Singh et al. 2019): the mean over people i of
/// min(1, how many of the other nine said it / 3), all answers in <see cref="VqaText"/>'s form, so that 0, 1, 2, 3 and 4 equal answers give
/// 0, 0.3, 0.6, 0.9 and 1 (TextVQAAccuracyEvaluator of facebookresearch/mmf, which LLaVA 524a75b's llava/eval/eval_textvqa.py calls).
/// </summary>
internal static class TextVqaRule
{
    public static Verdict Judge(AnswerKey key, string answer)
    {
        var read = VqaText.Normalized(answer);
        var said = key.Accepted.Select(accepted => VqaText.Normalized(accepted) == read).ToList();
        var all = said.Count(same => same);
        return new Verdict(said.Average(same => Math.Min(1, (all - (same ? 1 : 0)) / 3.0)), read.Length > 0 ? read : null);
    }
}
