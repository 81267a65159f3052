namespace LibMoE.Examples.Tests;

/// <summary>The page on clusters shows the files of examples/clusters as they are.</summary>
public sealed class ClusterPageTests
{
    [Theory]
    [InlineData("study.sh", "sh")]
    [InlineData("study.yaml", "yaml")]
    [InlineData("training.sh", "sh")]
    [InlineData("training.yaml", "yaml")]
    public void A_file_stands_on_the_page(string name, string language)
    {
        var page = File.ReadAllText(Repository.PathOf("docs", "clusters.md")).ReplaceLineEndings("\n");
        var file = File.ReadAllText(Repository.PathOf("examples", "clusters", name)).ReplaceLineEndings("\n");

        Assert.Contains($"```{language}\n{file}```\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_no_other_files() => Assert.Equal(
        ["study.sh", "study.yaml", "training.sh", "training.yaml"],
        Directory.GetFiles(Repository.PathOf("examples", "clusters")).Select(Path.GetFileName).Order());
}
