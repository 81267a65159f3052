using Domains;
using LibMoE.Runtime;

namespace Recommendation;

/// <summary>A gate for each task is to be better than one gate at both tasks, by two standard errors of the difference over
/// seeds.</summary>
internal sealed class GatesCriterion : ICriterion
{
    private const int Errors = 2;

    private static readonly (string One, string Other)[] Pairs =
    [
        (nameof(GatePerTask), nameof(OneGate)), (nameof(GatePerTask), MoeVariant.Dense), (nameof(OneGate), MoeVariant.Dense),
    ];

    /// <summary>The differences at equal seeds, and whether the first pair's are what was asked for.</summary>
    public string Of(StudyResults results)
    {
        var variants = results.Variants.ToDictionary(variant => variant.Variant ?? variant.Name);
        List<string> lines =
        [
            "Differences at equal seeds, ± one standard error over seeds:",
            .. from pair in Pairs
               where variants.ContainsKey(pair.One) && variants.ContainsKey(pair.Other)
               select $"{pair.One} − {pair.Other}: " + string.Join(", ", TaskFigures.Metrics.SkipLast(1)
                   .Select(metric => $"{metric.Name} {Words(variants[pair.One], variants[pair.Other], metric)}")),
        ];
        var asked = $"Asked for: a gate for each task better than one gate at both, by {Errors} standard errors";
        if (!variants.TryGetValue(Pairs[0].One, out var with) || !variants.TryGetValue(Pairs[0].Other, out var without))
        {
            return $"{asked}: not measured, which takes --variants {MoeVariant.Dense},{nameof(OneGate)},{nameof(GatePerTask)}.";
        }

        var reached = new[] { TaskFigures.RankScore, TaskFigures.LogLoss }.Select(metric => $"{metric.Name} "
            + (with.Seeds.Count < 2 ? "not to be told from one seed"
                : IsBetter(Difference(with, without, metric), metric) ? "reached" : "missed"));
        return string.Join('\n', lines.Append($"{asked}: {string.Join(", ", reached)}."));
    }

    private static bool IsBetter(PairedDifference gain, LearnerMetric metric) =>
        (metric.HigherIsBetter ? gain.Mean : -gain.Mean) > Errors * gain.StandardError;

    private static string Words(VariantResult with, VariantResult without, LearnerMetric metric)
    {
        var gain = Difference(with, without, metric);
        return gain.Text(decimals: 4, with.Seeds.Count);
    }

    private static PairedDifference Difference(VariantResult with, VariantResult without, LearnerMetric metric)
    {
        var seeds = with.Seeds.Join(without.Seeds, seed => seed.Seed, seed => seed.Seed, (one, other) => (one, other)).ToList();
        return PairedDifference.Of(seeds.ConvertAll(pair => Value(pair.one)), seeds.ConvertAll(pair => Value(pair.other)));

        double Value(SeedResult seed) => seed.Metrics.Single(measured => measured.Name == metric.Name).Value;
    }
}
