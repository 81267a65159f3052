using System.Globalization;
using Humanizer;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Statistics;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Studies.Presets;

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
            .Select(least => mixtures.Where(variant => variant.FlopsPerToken >= least.FlopsPerToken
                && variant.FlopsPerToken <= least.FlopsPerToken * (1 + Equal)).ToList())
            .MaxBy(group => group.Count);
        return largest is { Count: > 1 }
            ? plan with { Variants = [.. plan.Variants.Where(variant => variant.Mixture is null || largest.Contains(variant))] }
            : throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture,
                $"{StudyPresets.Key} is 'architecture', which compares layers of equal active FLOPs; of the {mixtures.Count} chosen "
                    + $"no two are within {Equal:P0}. ")
                + "Declare layers with the same product of TopK and Hidden, such as Experts<SwiGlu>(16, Hidden = 64) with TopK = 2 and "
                + "Experts<SwiGlu>(32, Hidden = 32) with TopK = 4.");
    }

    public static IReadOnlyList<string> Answer(IReadOnlyList<AnalysedCell> cells)
    {
        var rows = cells.Where(cell => cell.Declaration is not null)
            .GroupBy(cell => cell.Label).Select(seeds => new Row(seeds.Key, [.. seeds])).ToList();
        var ranked = rows.FindAll(row => row.First.SeesOtherTokens is null);
        var severalSeeds = ranked.Exists(row => row.Cells.Count > 1);
        return rows.Count == 0 ? [] :
        [
            string.Create(CultureInfo.InvariantCulture,
                $"At equal active FLOPs ({Figures.Count(rows.Min(row => row.First.FlopsPerToken))} to "
                    + $"{Figures.Count(rows.Max(row => row.First.FlopsPerToken))} a token), ")
                + (severalSeeds
                    ? "lowest mean loss first, ± one standard error over seeds and held-out sequences:"
                    : "in the order of declaration, since one seed ranks nothing; ± one standard error over held-out sequences alone:"),
            .. severalSeeds ? ranked.OrderBy(row => row.Loss.Mean).Select(row => row.Sentence) : ranked.Select(row => row.Sentence),
            .. rows.Except(ranked).Select(row => $"{row.Sentence} It {row.First.SeesOtherTokens}, and is not ranked."),
            .. severalSeeds && ranked.Count > 1 ? [Told(ranked)] : Array.Empty<string>(),
        ];
    }

    /// <summary>
    /// Which layers can be told apart. Every pair is a comparison of the table: the lowest was found by looking at all of them, so that its
    /// comparisons with the others alone would find too much.
    /// </summary>
    private static string Told(List<Row> rows)
    {
        var sorted = rows.OrderBy(row => row.Loss.Mean).ToList();
        var pairs = sorted.SelectMany((low, index) => sorted.Skip(index + 1).Select(high => (Low: low, High: high)))
            .Select(pair => (pair.Low, pair.High, Compared: Comparison.Of(pair.Low.Results, pair.High.Results)))
            .Where(pair => pair.Compared is not null)
            .ToList();
        if (pairs.Count == 0)
        {
            return "No two of them were trained with the same seeds.";
        }

        var told = Comparison.OfTable(pairs.ConvertAll(pair => pair.Compared!)).Zip(pairs).Where(pair => pair.First.IsBetter)
            .GroupBy(pair => pair.Second.Low.Name, pair => pair.Second.High.Name)
            .Select(low => $"{low.Key} ends below {low.Humanize("and")}").ToList();
        var fewest = pairs.MinBy(pair => pair.Compared!.Over.Seeds).Compared!.Over;
        return (told.Count == 0 ? "No two of them can be told apart" : string.Join("; ", told))
            + $". Tested by {Significance.Test(fewest, MetricWords.Items(pairs[0].Compared!.Metric), pairs.Count)}.";
    }

    /// <summary>Such as <c>16 experts, 2 picked (E/K = 8), width 64</c>.</summary>
    internal static string Shape(MoeDeclaration declaration)
    {
        var picked = declaration is { Gate: PickingGateAttribute, PicksPerToken: { } k }
            ? string.Create(CultureInfo.InvariantCulture, $", {k} picked (E/K = {declaration.RoutableExperts / k:0.#})")
            : "";
        var widths = string.Join(" and ", declaration.Experts.Where(group => group.Hidden > 0)
            .Select(group => group.Hidden).Distinct().Select(width => width.ToString(CultureInfo.InvariantCulture)));
        return string.Create(
            CultureInfo.InvariantCulture, $"{declaration.RoutableExperts} experts{picked}{(widths.Length > 0 ? ", width " + widths : "")}");
    }

    private sealed record Row(string Name, IReadOnlyList<AnalysedCell> Cells)
    {
        public IEnumerable<TrainingResult> Results => Cells.Select(cell => cell.Result);

        public TrainingResult First => Cells[0].Result;

        public SeedsAndItems Loss { get; } = VariantLoss.Of(Cells.Select(cell => cell.Result));

        public string Sentence =>
            $"{Name}: {Shape(Cells[0].Declaration!)}, {Figures.Count(First.TotalParameters)} parameters; validation loss "
                + $"{Figures.Loss(Loss.Mean, Loss.StdErr)}.";
    }
}
