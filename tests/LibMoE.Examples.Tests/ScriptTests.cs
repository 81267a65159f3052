using System.Xml.Linq;

namespace LibMoE.Examples.Tests;

/// <summary>The scripts of one file, in the order in which somebody tries them.</summary>
public sealed class ScriptTests(ScriptFolder folder) : IClassFixture<ScriptFolder>
{
    private static readonly string[] Scripts =
        [.. Directory.GetFiles(Repository.PathOf("examples", "scripts"), "*.cs").Select(path => Path.GetFileName(path)).Order()];

    [Fact]
    public void Each_fits_one_screen() => Assert.All(
        Scripts, script => Assert.InRange(File.ReadAllLines(Repository.PathOf("examples", "scripts", script)).Length, 1, 50));

    [Fact]
    public async Task Layers_are_declared_trained_compared_and_plotted()
    {
        var trained = await folder.Run("declare.cs");
        Assert.Contains("BiasMoe", trained.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.PathOf("runs", "train", "results.json")), trained.Output);

        var compared = await folder.Run("compare.cs", "runs/train/Dense/seed-0", "runs/train/BiasMoe/seed-0");
        Assert.Matches(
            @"runs/train/Dense/seed-0: \d\.\d{4} ± \d\.\d{4} nats per token, \+0\.0000 ± 0\.0000 against the first", compared.Output);
        Assert.Matches(@"runs/train/BiasMoe/seed-0: \d\.\d{4} ± \d\.\d{4} nats per token, [+−]\d\.\d{4} ± \d\.\d{4}", compared.Output);

        await folder.Run("plot.cs", "runs/train", "loss.svg");
        var svg = XDocument.Load(folder.PathOf("loss.svg")).Root!;
        Assert.Equal("svg", svg.Name.LocalName);
        Assert.Contains(svg.Descendants(), element => element.Name.LocalName == "path");
        var plotted = await folder.Run("plot.cs", "runs/train", "loss.png");
        Assert.Contains("3 curves of runs/train in loss.png", plotted.Output, StringComparison.Ordinal);
        Assert.Equal([0x89, 0x50, 0x4e, 0x47], File.ReadAllBytes(folder.PathOf("loss.png"))[..4]);
    }

    [Fact]
    public async Task A_routing_is_looked_into()
    {
        var looked = await folder.Run("look.cs");

        Assert.Contains("softmax", looked.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n +5  +\d \d  0\.\d{3} 0\.\d{3}", looked.Output);
        Assert.Matches(@"picks of each expert: \d+ \d+ \d+ \d+", looked.Output);
        Assert.Contains("RouterZLoss: ", looked.Output, StringComparison.Ordinal);
    }
}
