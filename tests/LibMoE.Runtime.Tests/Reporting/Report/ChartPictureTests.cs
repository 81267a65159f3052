using LibMoE.Runtime;
using SkiaSharp;

namespace LibMoE.Tests.Reporting;

/// <summary>Each kind of chart becomes a picture with marks in the colours of its series.</summary>
public sealed class ChartPictureTests : IDisposable
{
    private readonly StudyFolder _folder = new();

    public ChartPictureTests() => _folder.Finished("Dense", 0, 2.1)
        .Finished("Smoe", 0, 2, new ExpertLoad([[1, 2, 3, 0], [1, 1, 1, 1]])).Analysed(SampleAnalysis.Of("Smoe", 0));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("training-loss", "#0072b2")]
    [InlineData("load-seed-0", "#2b6cb0")]
    [InlineData("difference-to-dense", "#0072b2")]
    [InlineData("co-activation-smoe-seed-0-block-1", "#f3f6fa")]
    public void A_picture_has_marks_in_its_colours(string id, string colour)
    {
        using var picture = SKBitmap.Decode(ChartPicture.Png(_folder.Report().Charts.Single(chart => chart.Id == id)));

        Assert.Equal(1600, picture.Width);
        Assert.InRange(picture.Height, 300, 3000);
        Assert.InRange(picture.Pixels.Count(pixel => pixel == SKColor.Parse(colour)), 50, picture.Pixels.Length / 2);
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
