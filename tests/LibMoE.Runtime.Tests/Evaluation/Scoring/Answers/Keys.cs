using LibMoE.Runtime.Evaluation.Scoring.Answers;

namespace LibMoE.Runtime.Tests.Evaluation.Scoring.Answers;

/// <summary>Keys of one line.</summary>
internal static class Keys
{
    public static AnswerKey Of(string target, params string[] choices) => new() { Target = target, Choices = choices };

    public static (double Score, string? Read) Judge(AnswerRule rule, AnswerKey key, string answer)
    {
        var verdict = AnswerRules.Judge(rule, key, answer);
        return (verdict.Score, verdict.Read);
    }
}
