using System.Globalization;
using Domains;
using LibMoE.Runtime;

namespace Tabular;

/// <summary>What boosted trees reach on UCI Adult's official test file, beside what was trained here; measured elsewhere, for no library of
/// trees is used.</summary>
internal sealed class BoostedTrees : ICriterion
{
    /// <summary>The accuracy of scikit-learn's gradient boosting on the same columns.</summary>
    public const double Accuracy = 0.871;

    private const string Metric = "accuracy";

    public string Of(StudyResults results) => string.Create(
            CultureInfo.InvariantCulture,
            $"Beside it: boosted trees (scikit-learn's gradient boosting, not run here) {Metric} {Accuracy:0.000}. ")
        + string.Join(", ", results.Variants.Select(variant => Line(variant.Name, variant.Metrics))
            .Concat(results.Baselines?.Select(method => Line(method.Name, method.Metrics)) ?? []))
        + ".";

    private static string Line(string name, IReadOnlyList<MetricFigure> metrics)
    {
        var own = metrics.Single(metric => metric.Name == Metric).Value;
        return $"{name} {PairedDifference.Signed(100 * (own - Accuracy), decimals: 1)} points";
    }
}
