using System.Globalization;

namespace LibMoE.Runtime;

/// <summary>
/// The preset <c>architecture</c>: expert count, top-K and granularity at equal active FLOPs. Where K·H is fixed, finer experts (smaller H)
/// are picked in larger number, and E/K says how much more the layer knows than it uses (after Krajewski et al. 2024, arXiv:2402.07871).
/// </summary>
internal static class ArchitectureChoice
{
    /// <summary>Layers whose FLOPs per token differ by no more than this share do equal work.</summary>
    public const double Equal = 0.02;

    /// <summary>Keeps the largest group of mixtures that do equal work, and the baseline.</summary>
    /// <exception cref="ConfigurationException">No two of the mixtures do equal work.</exception>
    public static StudyPlan EqualWork(StudyPlan plan)
    {
        var mixtures = plan.Variants.Where(variant => variant.Mixture is not null).OrderBy(variant => variant.FlopsPerToken).ToList();
        var largest = mixtures
            .Select(least => mixtures.Where(variant => variant.FlopsPerToken >= least.FlopsPerToken && variant.FlopsPerToken <= least.FlopsPerToken * (1 + Equal)).ToList())
            .MaxBy(group => group.Count);
        return largest is { Count: > 1 }
            ? plan with { Variants = [.. plan.Variants.Where(variant => variant.Mixture is null || largest.Contains(variant))] }
            : throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture,
                $"{StudyPresets.Key} is 'architecture', which compares layers of equal active FLOPs; of the {mixtures.Count} chosen no two are within {Equal:P0}. ")
                + "Declare layers with the same product of TopK and Hidden, such as Experts<SwiGlu>(16, Hidden = 64) with TopK = 2 and Experts<SwiGlu>(32, Hidden = 32) with TopK = 4.");
    }

    public static IReadOnlyList<string> Answer(IReadOnlyList<AnalysedCell> cells)
    {
        var rows = cells.Where(cell => cell.Declaration is not null).GroupBy(cell => cell.Label)
            .Select(seeds => (seeds.First().Declaration, seeds.First().Result, Name: seeds.Key, Loss: seeds.Average(cell => cell.Result.ValidationLoss)))
            .OrderBy(row => row.Loss)
            .ToList();
        return rows.Count == 0 ? [] :
        [
            string.Create(CultureInfo.InvariantCulture,
                $"At equal active FLOPs ({Figures.Count(rows.Min(row => row.Result.FlopsPerToken))} to {Figures.Count(rows.Max(row => row.Result.FlopsPerToken))} a token), best first:"),
            .. rows.Select(row => $"{row.Name}: {Shape(row.Declaration!)}, {Figures.Count(row.Result.TotalParameters)} parameters; validation loss {Figures.Number(row.Loss, 4)}."),
        ];
    }

    /// <summary>Such as <c>16 experts, 2 picked (E/K = 8), width 64</c>.</summary>
    internal static string Shape(MoeDeclaration declaration)
    {
        var picked = declaration is { Gate: PickingGateAttribute, PicksPerToken: { } k }
            ? string.Create(CultureInfo.InvariantCulture, $", {k} picked (E/K = {declaration.RoutableExperts / k:0.#})")
            : "";
        var widths = string.Join(" and ", declaration.Experts.Where(group => group.Hidden > 0).Select(group => group.Hidden).Distinct().Select(width => width.ToString(CultureInfo.InvariantCulture)));
        return string.Create(CultureInfo.InvariantCulture, $"{declaration.RoutableExperts} experts{picked}{(widths.Length > 0 ? ", width " + widths : "")}");
    }
}
