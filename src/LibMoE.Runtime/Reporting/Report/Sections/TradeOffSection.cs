using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;
using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>What closing a gap between groups costs: the metric that variants are ranked by against each gap, and the variants that no
/// other beats in both; where several variants were tried.</summary>
internal static class TradeOffSection
{
    private const string OnFront = "Pareto front";
    private const string Beaten = "beaten in both";

    public static ReportSection? Of(StudyRecord study)
    {
        var variants = study.Results?.Variants ?? [];
        if (variants.Count < 2)
        {
            return null;
        }

        List<IReportPart> parts = [.. variants[0].HeldOut.Skip(1).Where(metric => metric.Unit == GroupRateGap.Unit)
            .Select(gap => Chart(variants, gap, variants[0].HeldOut[0])).OfType<IReportPart>()];
        return parts.Count == 0 ? null : new ReportSection("trade-off", "What closing a gap costs", parts);
    }

    private static ChartPart? Chart(IReadOnlyList<VariantResult> variants, MetricFigure gap, MetricFigure ranked)
    {
        List<Tried> tried = [.. variants.Select(variant => Tried.Of(variant, gap, ranked)).OfType<Tried>()];
        if (tried.Count < 2)
        {
            return null;
        }

        var front = Hypervolume.Front(tried.Select(Aims)).ToHashSet();
        var (x, y, title) = (Axis(gap), Axis(ranked), MetricWords.Title(Metric(ranked)));
        return new ChartPart(new PlaneChart(
            $"trade-off-{Slug.Of(gap.Name)}",
            $"{char.ToUpperInvariant(title[0])}{title[1..]} against {MetricWords.Title(Metric(gap))}",
            "A point is a variant, a mean over its seeds. Bars reach one standard error over seeds and held-out examples to either side, "
                + $"the ellipse one standard deviation of single seeds (from {SeedEllipse.Fewest} seeds on). On the Pareto front are those "
                + "that no other beats in both. Held-out examples are the same for all: differences between points are surer than their "
                + "bars.",
            FigureTable.Of(tried)
                .Text("variant", one => one.Variant.Name)
                .Text("front", one => front.Contains(Aims(one)) ? OnFront : Beaten)
                .Number(x.Value, one => one.Gap.Value).Number(x.Error, one => one.Gap.StdErr)
                .Number(y.Value, one => one.Ranked.Value).Number(y.Error, one => one.Ranked.StdErr)
                .Number("seeds", one => one.Variant.Seeds.Count)
                .Number(x.Deviation, one => one.Ellipse.First.Deviation).Number(y.Deviation, one => one.Ellipse.Second.Deviation)
                .Number("seed_correlation", one => one.HasEllipse ? one.Ellipse.Correlation : null)
                .Make())
        {
            Name = "variant",
            X = x,
            Y = y,
            Correlation = "seed_correlation",
            Joined = "front",
            JoinedWord = OnFront,
        });
    }

    /// <summary>Both as what is to be made small.</summary>
    private static (double First, double Second) Aims(Tried one) => (Small(one.Gap), Small(one.Ranked));

    private static double Small(MetricFigure figure) => figure.Direction == MetricDirection.Higher ? -figure.Value : figure.Value;

    private static LearnerMetric Metric(MetricFigure figure) => new(figure.Name, figure.Unit, figure.Direction);

    private static PlaneAxis Axis(MetricFigure metric)
    {
        var key = MetricWords.Key(metric);
        return new PlaneAxis($"{MetricWords.Title(Metric(metric))}, {metric.Unit}", key, $"{key}_std_err", $"{key}_seed_deviation");
    }

    /// <summary>A variant with both figures.</summary>
    private sealed record Tried(VariantResult Variant, MetricFigure Gap, MetricFigure Ranked, SeedEllipse Ellipse)
    {
        public bool HasEllipse => Variant.Seeds.Count >= SeedEllipse.Fewest && double.IsFinite(Ellipse.Correlation);

        /// <summary>Null where one of the figures is not known.</summary>
        public static Tried? Of(VariantResult variant, MetricFigure gap, MetricFigure ranked) =>
            variant.Metric(gap.Name) is { } own && variant.Metric(ranked.Name) is { } good
                && double.IsFinite(own.Value) && double.IsFinite(good.Value)
                ? new Tried(variant, own, good, SeedEllipse.Of([.. variant.Seeds.Select(seed => (Value(seed, gap), Value(seed, ranked)))]))
                : null;

        private static double Value(SeedResult seed, MetricFigure metric) => seed.Metric(metric.Name)?.Value ?? double.NaN;
    }
}
