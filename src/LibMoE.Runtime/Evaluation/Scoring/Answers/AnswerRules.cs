namespace LibMoE.Runtime.Evaluation.Scoring.Answers;

/// <summary>The rules by which answers are scored: functions of the key and the answer alone. Adding one is a row here, one in
/// <see cref="MetricNames"/> and a member of <see cref="AnswerRule"/>.</summary>
internal static class AnswerRules
{
    private static readonly Dictionary<AnswerRule, Func<AnswerKey, string, Verdict>> Rules = new()
    {
        [AnswerRule.ShortAnswer] = ShortAnswerRule.Judge,
        [AnswerRule.Letter] = LetterRule.Judge,
        [AnswerRule.CircularLetter] = LetterRule.Judge,
        [AnswerRule.Pope] = YesNoRules.Pope,
        [AnswerRule.Mme] = YesNoRules.Mme,
        [AnswerRule.HallusionBench] = YesNoRules.HallusionBench,
        [AnswerRule.MmStar] = MmStarRule.Judge,
        [AnswerRule.ScienceQa] = ScienceQaRule.Judge,
        [AnswerRule.Mmmu] = MmmuRule.Judge,
        [AnswerRule.TextVqa] = TextVqaRule.Judge,
        [AnswerRule.MathVista] = MathVistaRule.Judge,
    };

    /// <summary>Scores an answer, blanks around it aside: the official scripts are handed answers without them.</summary>
    public static Verdict Judge(AnswerRule rule, AnswerKey key, string answer) => Rules[rule](key, answer.Trim());
}
