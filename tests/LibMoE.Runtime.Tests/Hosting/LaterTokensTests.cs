using System.Text.Json;
using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Sections;
using LibMoE.Runtime.Statistics;
using LibMoE.Runtime.Tests.Evaluation.Scoring;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>A study that trains layers which see later tokens beside layers that do not.</summary>
public sealed class LaterTokensTests : IDisposable
{
    private static readonly MoeVariant[] Variants =
        [MoeVariant.Of<HostedSmoe>(), MoeVariant.Of<ScoredExpertChoice>(), MoeVariant.Of<ScoredCapacity>(), MoeVariant.Of<ScoredSlots>()];

    private readonly HostedRun _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Table_results_and_report_say_so_and_do_not_rank_them()
    {
        Assert.Equal(
            0, await _host.Run(Variants, ["study", "--name", "one", "--seeds", "2", .. HostedRun.Tiny("--Analysis:Enabled=false")]));

        string[] seeing = ["ScoredExpertChoice", "ScoredCapacity", "ScoredSlots"];
        var words = string.Join(' ', _host.Output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("* sees later tokens: not ranked against the others.", words, StringComparison.Ordinal);
        Assert.All(seeing, name =>
        {
            Assert.Contains($"{name} *", words, StringComparison.Ordinal);
            Assert.Contains($"{name} routes a token by the others of its call, later ones among them"
                + (name == "ScoredSlots" ? "." : ", so that its held-out loss depends on how many sequences a call has, here 2."),
                words, StringComparison.Ordinal);
        });
        Assert.DoesNotContain("HostedSmoe *", words, StringComparison.Ordinal);

        using var results = JsonDocument.Parse(File.ReadAllText("runs/one/results.json"));
        Assert.Equal(seeing, results.RootElement.GetProperty("variants").EnumerateArray()
            .Where(variant => variant.TryGetProperty("seesOtherTokens", out _)).Select(variant => variant.GetProperty("name").GetString()));

        var report = ReportSections.Of(RecordReader.Read("runs/one"));
        var against = report.Tables.Single(table => table.Id == "summary").Columns.Single(column => column.Header == "Against Dense").Cells;
        Assert.Equal([Significance.NotRanked, Significance.NotRanked, Significance.NotRanked], against.Skip(2));
        Assert.Equal(
            ["HostedSmoe"], report.Charts.OfType<IntervalChart>().Single(chart => chart.Id == "difference-to-dense").Data.Words("variant"));
        Assert.Equal(3, MethodWarnings.Of(RecordReader.Read("runs/one")).Count(
            notice => notice.Text.Contains("later ones among them", StringComparison.Ordinal)));
    }
}
