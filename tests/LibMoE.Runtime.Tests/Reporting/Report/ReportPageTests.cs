using System.Text.RegularExpressions;
using LibMoE.Runtime.Reporting.Report;
using LibMoE.Runtime.Reporting.Report.Page;
using LibMoE.Runtime.Studies;
using Xunit.Abstractions;

namespace LibMoE.Runtime.Tests.Reporting.Report;

/// <summary>The page holds everything itself, says how far the study came, and cannot be broken by a name.</summary>
public sealed partial class ReportPageTests(ITestOutputHelper output) : IDisposable
{
    private readonly SampleStudy _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_empty_folder_gives_a_page_that_says_so()
    {
        Assert.Contains("Nothing has been run here yet", _folder.Html(), StringComparison.Ordinal);
        Assert.Contains("There is no run in this folder", _folder.Html(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_half_finished_study_says_how_far_it_is()
    {
        _folder.Finished("Dense", 0, 2).Unfinished("Smoe", 0, 3);
        var html = _folder.Html();

        Assert.Contains("2 variants, 2 runs: 1 finished, 1 not finished.", html, StringComparison.Ordinal);
        Assert.Contains("Smoe, seed 0 (step 30 of 30) has not ended", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Failed_runs_are_named_with_their_reason()
    {
        _folder.Failed("Smoe", 0, "System.IO.IOException: The disk is full.\n   at Somewhere");
        var html = _folder.Html();

        Assert.Contains("1 variant, 1 run: 0 finished, 1 failed.", html, StringComparison.Ordinal);
        Assert.Contains("Smoe, seed 0, failed: The disk is full.", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_on_the_page_is_loaded_from_elsewhere()
    {
        _folder.Finished("Dense", 0, 2).Finished("Smoe", 0, 2, new ExpertLoad([[1, 2, 3, 0], [1, 1, 1, 1]]));
        var html = _folder.Html();

        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
        Assert.Empty(Loading().Matches(html).Select(match => match.Value));
    }

    [Fact]
    public void A_name_cannot_end_an_element_or_a_script()
    {
        const string Nasty = "</script><img src=x onerror=alert(1)>\"'&";
        _folder.Write("Smoe", 0, CellFiles.Error, "System.Exception: " + Nasty);
        var html = _folder.Html();

        Assert.DoesNotContain(Nasty, html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_chart_library_is_the_one_that_was_read()
    {
        Assert.StartsWith("!function(t,e){", PageAsset.ChartLibrary, StringComparison.Ordinal);
        Assert.Contains("t.version=\"6.0.0\"", PageAsset.ChartLibrary, StringComparison.Ordinal);
        Assert.DoesNotContain("eval(", PageAsset.ChartLibrary, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_chart_and_table_leaves_a_csv_file_of_its_name()
    {
        _folder.Finished("Dense", 0, 2).Finished("Smoe", 0, 2, new ExpertLoad([[1, 2, 3, 0], [1, 1, 1, 1]]));
        ReportWriter.Write(_folder.Path);
        var report = _folder.Report();
        string[] names = [.. report.Charts.Select(chart => chart.Id), .. report.Tables.Select(table => table.Id)];

        Assert.Equal(names.Distinct().Order(), names.Order());
        Assert.Equal(
            names.Order(), Directory.GetFiles(Path.Combine(_folder.Path, "data")).Select(Path.GetFileNameWithoutExtension).Order());
        Assert.Contains("training-loss", names);
        Assert.Contains("load-over-time-smoe-seed-0", names);
        Assert.Equal("variant,seed,step,seconds,loss", File.ReadLines(Path.Combine(_folder.Path, "data", "training-loss.csv")).First());
    }

    [Fact]
    public void Ten_variants_with_three_seeds_and_twenty_checkpoints_stay_under_eight_megabytes()
    {
        var load = new ExpertLoad(
            [.. Enumerable.Range(0, 4).Select(_ => Enumerable.Range(1, 16).Select(expert => (long)expert).ToArray())]);
        foreach (var variant in Enumerable.Range(0, 10))
        {
            foreach (var seed in Enumerable.Range(0, 3))
            {
                var name = variant == 0 ? "Dense" : $"Variant{variant}";
                _folder.Finished(name, seed, 2 + 0.01 * variant, variant == 0 ? null : load, reports: 200)
                    .Evaluated(seed, SampleEvaluation.Of(name, ("copa", 0.6, 0.02, 0.5), ("blimp", 0.7, 0.01, 0.5)));
                if (variant > 0)
                {
                    _folder.Analysed(SampleAnalysis.Of(name, seed, blocks: 4, experts: 16, points: 20));
                }
            }
        }

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var page = new FileInfo(ReportWriter.Write(_folder.Path));

        output.WriteLine($"{page.Length / 1e6:F2} MB and {Directory.GetFiles(Path.Combine(_folder.Path, "charts")).Length} pictures in "
            + $"{watch.Elapsed.TotalSeconds:F1} s");
        Assert.InRange(page.Length, 1_000_000, 8_000_000);
    }

    [GeneratedRegex("""(?:\ssrc|\shref|url\()\s*=?\s*["']?(?:https?:)?//[^"')\s]*""")]
    private static partial Regex Loading();
}
