using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Tests.Reporting;

public sealed class StudyFolderTests : IDisposable
{
    private readonly DirectoryInfo _runs = Directory.CreateTempSubdirectory("libmoe-runs-");

    private RunOptions Options => new() { Folder = _runs.FullName };

    public void Dispose() => _runs.Delete(recursive: true);

    [Fact]
    public void A_default_name_that_is_taken_is_counted_on()
    {
        Assert.Equal(
            ["study", "study-2", "study-3"],
            Enumerable.Range(0, 3).Select(_ => Path.GetFileName(StudyFolder.Create(Options, "study").Path)));
    }

    [Fact]
    public void A_chosen_name_that_is_taken_is_refused()
    {
        var chosen = Options with { Name = "mine" };
        Assert.Equal("mine", Path.GetFileName(StudyFolder.Create(chosen, "study").Path));

        Assert.StartsWith(
            "Run:Name is 'mine', but ", Assert.Throws<ConfigurationException>(() => StudyFolder.Create(chosen, "study")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_replaced_whole()
    {
        var run = StudyFolder.Create(Options, "study");
        run.Write("results.json", "old");
        run.Write("results.json", "new");

        Assert.Equal("new\n", File.ReadAllText(Path.Combine(run.Path, "results.json")));
        Assert.Equal(["results.json"], Directory.GetFiles(run.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_write_that_fails_leaves_no_half_file()
    {
        var run = StudyFolder.Create(Options, "study");
        Directory.CreateDirectory(Path.Combine(run.Path, "results.json"));

        Assert.ThrowsAny<Exception>(() => run.Write("results.json", "new"));
        Assert.Empty(Directory.GetFiles(run.Path));
    }

    [Fact]
    public void Lines_are_on_disk_as_soon_as_they_are_written()
    {
        var cell = StudyFolder.Create(Options, "study").Cell("Smoe", 3);
        using var lines = cell.OpenLines("metrics.jsonl");
        lines.WriteLine("one");

        using var reader = new StreamReader(new FileStream(
            Path.Combine(_runs.FullName, "study", "Smoe", "seed-3", "metrics.jsonl"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        Assert.Equal("one\n", reader.ReadToEnd());
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData(".")]
    public void A_name_that_is_no_folder_name_is_a_problem(string name) =>
        Assert.Equal([$"Run:Name is '{name}'; it must be a folder name without separators."], (Options with { Name = name }).Problems());
}
