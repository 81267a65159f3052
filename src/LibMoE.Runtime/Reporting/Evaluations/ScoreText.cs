using System.Globalization;
using LibMoE.Runtime.Evaluation.Metrics;

namespace LibMoE.Runtime.Reporting.Evaluations;

/// <summary>How scores are written for people: shares in percent, other metrics as they are.</summary>
internal static class ScoreText
{
    /// <summary>A score and its standard error over items and, where there are several, seeds, such as "58.1 ± 0.2".</summary>
    public static string Value(ModelScore score) =>
        Number(score, score.Value) + (score.TotalStdErr is { } error ? $" ± {Number(score, error)}" : "");

    /// <summary>A number in the score's unit; none where there is none.</summary>
    public static string Number(ModelScore score, double? value) => Metric.All[score.Metric].IsShare
        ? Figures.Number(value * 100, 1)
        : Figures.Number(value, value is > 1000 ? 0 : 3);

    /// <summary>A difference with its interval and what it is worth, such as "+1.2 [−0.3, +2.7] no significant difference".</summary>
    public static string Against(ModelScore score, TaskComparison found) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Signed(score, found.Difference)} [{Signed(score, found.Low)}, {Signed(score, found.High)}] {found.Verdict}");

    private static string Signed(ModelScore score, double value) => (value < 0 ? "−" : "+") + Number(score, Math.Abs(value));
}
