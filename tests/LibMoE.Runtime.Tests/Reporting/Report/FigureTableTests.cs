using LibMoE.Runtime.Reporting.Report.Sections;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Tests.Reporting.Report;

/// <summary>Figures leave the program with all their digits.</summary>
public sealed class FigureTableTests
{
    [Fact]
    public void Csv_quotes_what_needs_it_and_leaves_gaps_empty()
    {
        var table = FigureTable.Of([("plain", 0.1 + 0.2, (double?)null), ("a \"b\", c", 1e-9, 2)])
            .Text("name", row => row.Item1)
            .Number("value", row => row.Item2)
            .Number("gap", row => row.Item3)
            .Make();

        Assert.Equal("name,value,gap\nplain,0.30000000000000004,\n\"a \"\"b\"\", c\",1E-09,2\n", CsvText.Of(table));
    }

    [Fact]
    public void Merged_reports_keep_sums_of_picks_and_means_of_losses()
    {
        var reports = Enumerable.Range(1, 5).Select(step => new TrainingProgress(
            step, 5, step, 0, 1e-3, 100, 1, step, TimeSpan.FromSeconds(step),
            [new BlockProgress([step, 10], new Dictionary<string, double> { ["RouterZLoss"] = step })])).ToList();

        var merged = MergedProgress.Of(reports, atMost: 3);

        Assert.Equal([2, 4, 5], merged.Select(report => report.Step));
        Assert.Equal([1.5, 3.5, 5], merged.Select(report => report.Loss));
        Assert.Equal([1.5, 3.5, 5], merged.Select(report => report.Blocks[0].Losses["RouterZLoss"]));
        Assert.Equal([[3, 20], [7, 20], [5, 10]], merged.Select(report => report.Blocks[0].Picks!.ToArray()));
        Assert.Equal([1, 3, 5], merged.Select(report => report.DeadExperts!.Value));
        Assert.Same(reports, MergedProgress.Of(reports, atMost: 5));
    }
}
