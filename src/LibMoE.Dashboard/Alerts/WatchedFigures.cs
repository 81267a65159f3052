using LibMoE.Runtime;
using LibMoE.Runtime.Common;

namespace LibMoE.Dashboard.Alerts;

/// <summary>The figures of a report that rules can be about. A new one is a row.</summary>
internal static class WatchedFigures
{
    private const string Metric = "metric:";

    private static readonly (string Name, Func<TrainingProgress, double?> Of)[] Table =
    [
        ("loss", report => report.Loss),
        ("validationLoss", report => report.ValidationLoss),
        ("auxiliaryLoss", report => report.AuxiliaryLoss),
        ("learningRate", report => report.LearningRate),
        ("tokensPerSecond", report => report.TokensPerSecond),
        ("loadCv", report => report.LoadCv),
        ("deadExperts", report => report.DeadExperts),
        ("maxOverMean", report => report.Blocks.Max(block => block.MaxOverMean)),
        ("skippedSteps", report => report.SkippedSteps),
    ];

    /// <summary>The names of all.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(row => row.Name)];

    /// <summary>What is wrong with a name; null where it is one.</summary>
    public static string? Problem(string name) => Names.Contains(name) || name.StartsWith(Metric, StringComparison.Ordinal) ? null
        : $"'figure' is '{name}'; {NearestName.Advice(name, [.. Names, Metric + "NAME"])}";

    /// <summary>The figure in a report; null where it was not measured.</summary>
    public static double? Of(string name, TrainingProgress report) => name.StartsWith(Metric, StringComparison.Ordinal)
        ? report.Metrics is { } metrics && metrics.TryGetValue(name[Metric.Length..], out var value) ? value : null
        : Table.First(row => row.Name == name).Of(report);
}
