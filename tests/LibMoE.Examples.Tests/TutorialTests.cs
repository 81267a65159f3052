using System.Text.RegularExpressions;

namespace LibMoE.Examples.Tests;

/// <summary>The commands of the walks, as they stand on the pages, one page in one empty folder.</summary>
public sealed partial class TutorialTests
{
    [Fact]
    public void Every_page_is_listed_and_every_command_is_one_that_this_test_runs()
    {
        var folder = Repository.PathOf("docs", "tutorials");
        var pages = Directory.GetFiles(folder, "*.md").Select(path => Path.GetFileName(path)).Where(name => name != "README.md").Order();

        Assert.Equal(["figure.md", "own-gate.md", "upcycle.md"], pages);
        var list = File.ReadAllText(Path.Combine(folder, "README.md"));
        Assert.All(pages, page => Assert.Contains($"({page})", list, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_walk_of_a_gate_of_one_s_own()
    {
        var outputs = await Walk("own-gate.md");

        Assert.Contains("DistanceMoe", Assert.Single(outputs), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_walk_from_a_dense_checkpoint_to_a_mixture()
    {
        using var folder = new ScriptFolder();
        var outputs = await Walk("upcycle.md", folder);

        Assert.Equal(5, outputs.Count);
        Assert.Equal(Loss(outputs[1], "dense"), Loss(outputs[1], "upcycled"), 1e-4);
        Assert.NotEqual(Loss(outputs[1], "dense"), Loss(outputs[1], "trained for 30 steps"));
        Assert.StartsWith("Gets the ", outputs[2], StringComparison.Ordinal);
        Assert.Equal(outputs[2], outputs[4]);
        var card = await File.ReadAllTextAsync(folder.PathOf("my-mixture", "README.md"));
        Assert.StartsWith("---\nlicense: \"mit\"\n", card, StringComparison.Ordinal);
        Assert.Contains("It was upcycled from a dense model", card, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_walk_of_a_study_that_ends_in_a_figure()
    {
        using var folder = new ScriptFolder();
        var outputs = await Walk("figure.md", folder);

        Assert.Equal(3, outputs.Count);
        Assert.Contains("Tested by Student's t", outputs[0].ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.True(File.Exists(folder.PathOf("runs", "figure", "charts", "difference-to-dense.png")));
        Assert.True(File.Exists(folder.PathOf("runs", "figure", "data", "difference-to-dense.csv")));
        Assert.Contains("9 curves of runs/figure in losses.svg", outputs[2], StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> Walk(string page)
    {
        using var folder = new ScriptFolder();
        return await Walk(page, folder);
    }

    private static async Task<IReadOnlyList<string>> Walk(string page, ScriptFolder folder)
    {
        var text = File.ReadAllText(Repository.PathOf("docs", "tutorials", page)).ReplaceLineEndings("\n");
        var outputs = new List<string>();
        foreach (var command in Commands().Matches(text).SelectMany(block => block.Groups[1].Value.TrimEnd().Split('\n')))
        {
            outputs.Add((await folder.Command(command)).Output);
        }

        return outputs;
    }

    private static double Loss(string output, string name) => double.Parse(
        Regex.Match(output, $@"Held-out loss, {name}: ([\d.]+) ±").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Commands();
}
