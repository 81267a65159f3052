using System.Globalization;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Studies.Presets;

/// <summary>
/// The preset <c>router-init</c>: the same layers with routers that start at N(0, 0.02), N(0, 0.04) and N(0, 0.06), as LibMoE
/// (arXiv:2411.00918) studies it over its first 1000 steps. A larger start decides more by chance and takes longer to balance.
/// </summary>
internal static class RouterInitialization
{
    /// <summary>Load counts as balanced below this coefficient of variation.</summary>
    public const double Balanced = 0.5;

    private static readonly double[] Starts = [0.02, 0.04, 0.06];

    /// <summary>Every mixture once with each start of its router; those without router weights, and the baseline, are left out.</summary>
    /// <exception cref="ConfigurationException">None of the mixtures has router weights.</exception>
    public static StudyPlan EveryStart(StudyPlan plan)
    {
        var mixtures =
            plan.Variants.Where(variant => variant.Model is not null && variant.Mixture?.Declaration.Gate is RouterGateAttribute).ToList();
        return mixtures.Count > 0
            ? plan with
            {
                Variants =
                [
                    .. from variant in mixtures
                       from std in Starts
                       let name = string.Create(CultureInfo.InvariantCulture, $"{variant.Name}_RouterStd{std}")
                       select new StudyVariant(variant.Mixture! with { Name = name }, variant.Model! with { RouterStd = std }),
                ],
            }
            : throw new ConfigurationException(
                $"{StudyPresets.Key} is 'router-init', but none of the chosen variants has a router whose weights could start otherwise.");
    }

    /// <summary>The first reported step from which the load's coefficient of variation stays at or below a value;
    /// null if it never does.</summary>
    /// <param name="history">The reports of a run.</param>
    /// <param name="cv">The value.</param>
    public static int? BalancedFrom(IReadOnlyList<TrainingProgress> history, double cv = Balanced)
    {
        var counted = history.Where(report => report.LoadCv is not null).ToList();
        var last = counted.FindLastIndex(report => report.LoadCv > cv);
        return last + 1 < counted.Count ? counted[last + 1].Step : null;
    }

    public static IReadOnlyList<string> Answer(IReadOnlyList<AnalysedCell> cells) =>
    [
        .. cells.Where(cell => cell.Result.Load is not null).GroupBy(cell => cell.Label).Select(seeds =>
        {
            var steps = seeds.Select(cell => BalancedFrom(cell.Result.History)).ToList();
            var when = steps.Any(step => step is null)
                ? "is not balanced for good"
                : string.Create(CultureInfo.InvariantCulture, $"is balanced from step {steps.Average():F0} on");
            var loss = VariantLoss.Of(seeds.Select(cell => cell.Result));
            var over = loss.CoversSeeds ? "standard error over seeds and sequences" : "one seed; standard error over sequences alone";
            return string.Create(CultureInfo.InvariantCulture, $"{seeds.Key}: load {when} (coefficient of variation at most {Balanced}), ")
                + string.Create(CultureInfo.InvariantCulture, $"at the end {seeds.Average(cell => cell.Result.LoadCv):F2}; ")
                + string.Create(CultureInfo.InvariantCulture, $"validation loss {loss.Mean:F4} ± {loss.StdErr:F4} ({over}).");
        }),
    ];
}
