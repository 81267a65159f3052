using Domains;
using LibMoE.Runtime;

namespace MetaLearning;

/// <summary>What a beginning was to gain over another before anything was trained.</summary>
/// <param name="One">The beginning.</param>
/// <param name="Other">What it is compared with.</param>
/// <param name="Metric">Of what.</param>
/// <param name="Bar">How much at least.</param>
internal sealed record GainCriterion(OuterLoop One, OuterLoop Other, string Metric, double Bar) : ICriterion
{
    /// <summary>Reptile against untrained values after five steps.</summary>
    public static GainCriterion Asked { get; } = new(OuterLoop.Reptile, OuterLoop.None, "accuracy@5", 0.08);

    public string Of(StudyResults results)
    {
        var asked = $"Asked for: {One} − {Other} at least {PairedDifference.Signed(Bar, decimals: 3)} in {Metric}";
        List<string> gains =
        [
            .. from net in Gain.Nets(results)
               where Has(net.Beginnings, One) && Has(net.Beginnings, Other)
               let gain = Gain.Of(Metric, net.Beginnings[$"{One}"], net.Beginnings[$"{Other}"])
               select $"{net.Net} {gain}: {(gain.Difference.Mean >= Bar ? "reached" : "missed")}",
        ];
        return gains.Count == 0 ? $"{asked}: not measured." : $"{asked}. {string.Join(", ", gains)}.";
    }

    private bool Has(IReadOnlyDictionary<string, VariantResult> beginnings, OuterLoop outer) =>
        beginnings.GetValueOrDefault($"{outer}") is { } variant && variant.Metrics.Any(metric => metric.Name == Metric);
}
