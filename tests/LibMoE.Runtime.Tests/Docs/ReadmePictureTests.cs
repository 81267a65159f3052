using System.Globalization;
using System.Text.Json;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Reporting.Report;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Tests.Evaluation;
using SkiaSharp;

namespace LibMoE.Runtime.Tests.Docs;

/// <summary>
/// The README's picture and table are of the Quickstart's stored results (<c>Docs/Quickstart.json</c>, each run's <c>result.json</c>
/// without its history). SNAPSHOT_ACCEPT=1 makes picture and figures again.
/// </summary>
public sealed class ReadmePictureTests
{
    private const string Chart = "difference-to-dense";
    private static readonly string[] Stored = ["tests", "LibMoE.Runtime.Tests", "Docs", "Quickstart.json"];
    private static readonly bool Accepts = Environment.GetEnvironmentVariable("SNAPSHOT_ACCEPT") == "1";

    [Fact]
    public void The_figures_behind_the_picture_are_those_that_the_report_makes()
    {
        using var run = Report(Results());
        var made = File.ReadAllText(Path.Combine(run.Path, "data", Chart + ".csv")).ReplaceLineEndings("\n");
        if (Accepts)
        {
            File.WriteAllText(Repository.PathOf("docs", "quickstart.csv"), made);
        }

        Assert.Equal(Repository.Read("docs", "quickstart.csv"), made);
    }

    [SkippableFact]
    public void The_picture_is_the_one_that_the_report_draws()
    {
        Skip.If(!SKFontManager.Default.FontFamilies.Contains("DejaVu Sans"), "The picture was drawn with a font that is not here.");
        Skip.If(SKFontManager.Default.FontFamilies.Contains("Liberation Sans"), "Here the report takes another font.");
        var path = Repository.PathOf("docs", "quickstart.png");
        using var run = Report(Results());
        var made = File.ReadAllBytes(Path.Combine(run.Path, "charts", Chart + ".png"));
        if (Accepts)
        {
            File.WriteAllBytes(path, made);
        }

        Assert.Equal(Pixels(File.ReadAllBytes(path)), Pixels(made));
    }

    [Fact]
    public void Other_results_give_another_picture()
    {
        var results = Results();
        using var run = Report(results);
        using var other = Report([.. results.Select(result => result.Name == "Smoe" ? Worse(result) : result)]);

        Assert.NotEqual(Picture(run), Picture(other));

        static TrainingResult Worse(TrainingResult result) => result with
        {
            SequenceLosses = [.. result.SequenceLosses.Select(loss => loss + 0.05)],
            ValidationLoss = result.ValidationLoss + 0.05,
        };

        static byte[] Picture(DataFolder folder) => Pixels(File.ReadAllBytes(Path.Combine(folder.Path, "charts", Chart + ".png")));
    }

    [Fact]
    public void Each_row_of_the_table_and_each_difference_below_it_is_of_the_results()
    {
        var results = Results();
        var readme = string.Join(' ', Repository.Read("README.md").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

        Assert.All(results.GroupBy(result => result.Name), runs =>
        {
            var loss = VariantLoss.Of(runs);
            var parameters = Figures.Count(runs.First().TotalParameters);
            var active = Figures.Count(runs.First().ActiveParameters);
            Assert.Contains($" {runs.Key} {parameters} {active} {Figures.Loss(loss.Mean, loss.StdErr)} ", readme, StringComparison.Ordinal);
        });
        Assert.All(DenseComparisons.Of(results).Single().Comparisons, comparison => Assert.Contains(
            $"{comparison.Name} ({Figures.Difference(comparison.Difference, comparison.StandardError)})",
            readme, StringComparison.Ordinal));
    }

    private static List<TrainingResult> Results() =>
        JsonSerializer.Deserialize<List<TrainingResult>>(Repository.Read(Stored), RunJson.Indented)!;

    private static DataFolder Report(IReadOnlyList<TrainingResult> results)
    {
        var folder = new DataFolder();
        foreach (var result in results)
        {
            folder.With(
                string.Create(CultureInfo.InvariantCulture, $"{result.Name}/seed-{result.Seed}/{CellFiles.Result}"),
                JsonSerializer.Serialize(result, RunJson.Indented));
        }

        ReportWriter.Write(folder.Path);
        return folder;
    }

    private static byte[] Pixels(byte[] png)
    {
        using var picture = SKBitmap.Decode(png);
        return picture.Bytes;
    }
}
