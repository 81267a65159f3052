using LibMoE.Runtime.Reporting.Report;
using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Pictures;
using LibMoE.Runtime.Reporting.Report.Tables;
using SkiaSharp;

namespace LibMoE.Runtime.Tests.Reporting.Report;

/// <summary>Each kind of chart becomes a picture with marks in the colours of its series.</summary>
public sealed class ChartPictureTests : IDisposable
{
    private readonly SampleStudy _folder = new();

    public ChartPictureTests() => _folder.Finished("Dense", 0, 2.1, gap: 0.2)
        .Finished("Smoe", 0, 2, new ExpertLoad([[1, 2, 3, 0], [1, 1, 1, 1]]), gap: 0.1).Analysed(SampleAnalysis.Of("Smoe", 0));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("training-loss", "#0072b2")]
    [InlineData("load-seed-0", "#2b6cb0")]
    [InlineData("difference-to-dense", "#0072b2")]
    [InlineData("co-activation-smoe-seed-0-block-0", "#f3f6fa")]
    [InlineData("trade-off-parity-gap", "#0072b2")]
    public void A_picture_has_marks_in_its_colours(string id, string colour)
    {
        using var picture = SKBitmap.Decode(ChartPicture.Png(_folder.Report().Charts.Single(chart => chart.Id == id)));

        Assert.Equal(1600, picture.Width);
        Assert.InRange(picture.Height, 300, 3000);
        Assert.InRange(picture.Pixels.Count(pixel => pixel == SKColor.Parse(colour)), 50, picture.Pixels.Length / 2);
    }

    [Fact]
    public void An_ellipse_is_as_narrow_as_its_figures_vary_together()
    {
        using var with = SKBitmap.Decode(ChartPicture.Png(Plane(correlation: 0)));
        using var without = SKBitmap.Decode(ChartPicture.Png(Plane(correlation: null)));
        using var narrow = SKBitmap.Decode(ChartPicture.Png(Plane(correlation: 0.8)));

        // Its area is π·s_x·s_y·√(1 − r²): where r is 0.8, 0.6 of it is left.
        Assert.InRange(Changed(narrow, without) / (double)Changed(with, without), 0.5, 0.7);

        static int Changed(SKBitmap one, SKBitmap other) => one.Pixels.Zip(other.Pixels).Count(pixel => pixel.First != pixel.Second);

        static PlaneChart Plane(double? correlation) => new("plane", "Plane", "", FigureTable.Of<(string Name, double X, double Y)>(
                [("A", 0, 0), ("B", 1, 1), ("C", -1, -1)])
            .Text("name", point => point.Name).Text("joined", point => point.Name == "A" ? "yes" : "no")
            .Number("x", point => point.X).Number("y", point => point.Y)
            .Number("error", _ => 0).Number("x_deviation", _ => 0.1).Number("y_deviation", _ => 0.2)
            .Number("r", point => point.Name == "A" ? correlation : null).Make())
        {
            Name = "name",
            X = new PlaneAxis("x", "x", "error", "x_deviation"),
            Y = new PlaneAxis("y", "y", "error", "y_deviation"),
            Correlation = "r",
            Joined = "joined",
            JoinedWord = "yes",
        };
    }

    [Fact]
    public void Names_along_an_axis_do_not_run_into_each_other()
    {
        var experts = Enumerable.Range(0, 64).Select(expert => $"SwiGlu {expert}").ToList();
        var rows = from one in experts from other in experts select (one, other);
        var chart = new HeatMap("many", "Many", "", FigureTable.Of(rows).Text("one", row => row.one).Text(
            "other", row => row.other).Number("share", _ => 0.5).Make())
        {
            X = "other",
            Y = "one",
            Value = "share",
            XTitle = "",
            YTitle = "",
            ValueTitle = "share",
            Most = 1,
        };

        using var picture = SKBitmap.Decode(ChartPicture.Png(chart));

        // Below the frame's lower edge, the longest dark line of the picture, stand only ticks and names: more gaps than ink.
        var edge = Enumerable.Range(picture.Height / 2, picture.Height / 2).MaxBy(y => Columns(y, 1));
        Assert.InRange(Columns(edge + 14, picture.Height - edge - 14), 100, picture.Width / 2);

        int Columns(int from, int rows) => Enumerable.Range(0, picture.Width)
            .Count(x => Enumerable.Range(from, rows).Any(y => picture.GetPixel(x, y) is { Red: < 100, Green: < 100, Blue: < 100 }));
    }

    [Fact]
    public void A_value_of_zero_is_crossed_out_as_on_the_page()
    {
        var chart = (HeatMap)_folder.Report().Charts.Single(chart => chart.Id == "load-seed-0");
        using var crossed = SKBitmap.Decode(ChartPicture.Png(chart));
        using var plain = SKBitmap.Decode(ChartPicture.Png(chart with { CrossesZero = false }));

        var changed = crossed.Pixels.Zip(plain.Pixels).Where(pixel => pixel.First != pixel.Second).ToList();
        Assert.InRange(changed.Count, 20, 2000);
        Assert.All(changed, pixel => Assert.True(pixel.First.Green > pixel.Second.Green));
    }

    [Fact]
    public void Every_chart_leaves_a_picture_of_its_name()
    {
        ReportWriter.Write(_folder.Path);

        Assert.Equal(
            _folder.Report().Charts.Select(chart => chart.Id).Order(),
            Directory.GetFiles(Path.Combine(_folder.Path, "charts")).Select(Path.GetFileNameWithoutExtension).Order());
    }
}
