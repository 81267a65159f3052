using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Page;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Sections;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Tests.Reporting.Report;

/// <summary>What closing a gap costs: a point for each variant, with the figures of its seeds.</summary>
public sealed class TradeOffSectionTests
{
    private static readonly (double Accuracy, double Gap)[] Plain = [(0.86, 0.20), (0.85, 0.18), (0.84, 0.16)];

    [Fact]
    public void Figures_are_the_means_and_errors_of_the_runs_and_the_ellipse_that_of_the_seeds()
    {
        var results = Results(("Plain", Plain), ("Fair", [(0.83, 0.02), (0.82, 0.04), (0.84, 0.03)]));
        var data = Charts(results).Single().Data;

        Assert.Equal(["Plain", "Fair"], data.Words("variant"));
        Assert.All(results.Variants.Index(), variant =>
        {
            var (accuracy, gap) = (variant.Item.Metrics[0], variant.Item.Metrics[1]);
            Assert.Equal(accuracy.Value, data.Numbers("accuracy")[variant.Index]);
            Assert.Equal(accuracy.StdErr, data.Numbers("accuracy_std_err")[variant.Index]);
            Assert.Equal(gap.Value, data.Numbers("parity gap")[variant.Index]);
            Assert.Equal(gap.StdErr, data.Numbers("parity gap_std_err")[variant.Index]);
        });

        // Plain: deviations 0.01 and 0.02, both fall together. Fair: 0.01 each, (−1, 1, 0) and (0, −1, 1) hundredths: r = −½.
        Assert.Equal([0.01, 0.01], data.Numbers("accuracy_seed_deviation").Select(value => Math.Round(value!.Value, 12)));
        Assert.Equal([0.02, 0.01], data.Numbers("parity gap_seed_deviation").Select(value => Math.Round(value!.Value, 12)));
        Assert.Equal([1, -0.5], data.Numbers("seed_correlation").Select(value => Math.Round(value!.Value, 9)));
        Assert.Equal([3, 3], data.Numbers("seeds"));
        Assert.StartsWith(
            "variant,front,parity gap,parity gap_std_err,accuracy,accuracy_std_err,seeds,", CsvText.Of(data), StringComparison.Ordinal);
    }

    [Fact]
    public void Joined_are_those_that_no_other_beats_in_both()
    {
        var chart = Charts(Results(
            ("Plain", Plain), ("Worse", [(0.80, 0.18)]), ("Fair", [(0.83, 0.03)]), ("Fairer", [(0.76, 0)]))).Single();

        Assert.Equal(["Plain", "Worse", "Fair", "Fairer"], chart.Data.Words("variant"));
        Assert.Equal([true, false, true, true], chart.Data.Words("front").Select(word => word == chart.JoinedWord));
    }

    [Fact]
    public void Of_fewer_than_three_seeds_there_are_bars_and_no_ellipse() => Assert.Equal(
        [null, null],
        Charts(Results(("Plain", Plain[..1]), ("Fair", [(0.8, 0.1), (0.7, 0.05)]))).Single().Data.Numbers("seed_correlation"));

    [Fact]
    public void Without_a_gap_or_with_one_variant_there_is_no_picture()
    {
        var gapless = Results(("Plain", Plain), ("Fair", Plain));
        var without = gapless with
        {
            Variants = [.. gapless.Variants.Select(variant => variant with { Metrics = [variant.Metrics[0]] })],
        };

        Assert.Null(Section(Results(("Plain", Plain))));
        Assert.Null(Section(without));
    }

    [Fact]
    public void The_page_reads_which_column_goes_where()
    {
        var json = ChartJson.Of(Charts(Results(("Plain", Plain), ("Fair", Plain))).Single());

        Assert.Equal("plane", json["kind"]!.GetValue<string>());
        Assert.Equal("parity gap", json["x"]!["value"]!.GetValue<string>());
        Assert.Equal("accuracy_std_err", json["y"]!["error"]!.GetValue<string>());
        Assert.Contains("report.charts.kinds.plane", PageAsset.Script, StringComparison.Ordinal);
    }

    private static StudyResults Results(params (string Name, (double Accuracy, double Gap)[] Seeds)[] variants) => StudyResults.Of(
        variants.SelectMany(variant => variant.Seeds.Select((figures, seed) => Run.Of(variant.Name, seed, [1]) with
        {
            Metrics =
            [
                new MeasuredMetric("accuracy", "share of examples", MetricDirection.Higher, figures.Accuracy, 0.003, []),
                new MeasuredMetric("parity gap", GroupRateGap.Unit, MetricDirection.Lower, figures.Gap, 0.006, []),
            ],
        })),
        new MachineInfo("an operating system", "a processor", 2, 1, "2.10", "10.0"),
        new CorpusIdentity("people", new string('c', 64)));

    private static ReportSection? Section(StudyResults results) =>
        TradeOffSection.Of(new StudyRecord { Name = "one", Cells = [], Results = results });

    private static IEnumerable<PlaneChart> Charts(StudyResults results) =>
        Section(results)!.Parts.OfType<ChartPart>().Select(part => part.Chart).Cast<PlaneChart>();
}
