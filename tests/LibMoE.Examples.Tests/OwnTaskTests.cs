using System.Text.Json;
using System.Text.RegularExpressions;

namespace LibMoE.Examples.Tests;

/// <summary>The program of docs/own-task.md, as a user runs it, kills it and goes on.</summary>
public sealed partial class OwnTaskTests : IDisposable
{
    private static readonly string[] Study =
        ["study", "--seeds", "2", "--steps", "200", "--threads", "1", "--Training:CheckpointEvery=5", "--Training:LogEvery=1"];

    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void The_page_shows_the_program_and_it_takes_at_most_sixty_lines()
    {
        var program = File.ReadAllText(Repository.PathOf("examples", "OwnTask", "Program.cs")).ReplaceLineEndings("\n");
        var page = File.ReadAllText(Repository.PathOf("docs", "own-task.md")).ReplaceLineEndings("\n");

        Assert.Equal(program, CodeBlock().Match(page).Groups[1].Value);
        Assert.InRange(program.TrimEnd().Split('\n').Length, 1, 60);
    }

    [SkippableFact]
    public async Task A_study_that_is_killed_goes_on_to_the_same_figures_and_parameters()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no SIGKILL.");
        _session.Variables["LIBMOE_Watch__SecondsBetweenLines"] = "0";
        var whole = await _session.Run("OwnTask", [.. Study, "--name", "whole"]);
        Assert.True(whole.ExitCode == 0, string.Join('\n', whole.Errors));

        var killed = await _session.Run("OwnTask", [.. Study, "--name", "killed"], ("[2/4] TableMoe, seed 0: step", (process, _) =>
            process.Kill(entireProcessTree: true)));
        Assert.Equal(137, killed.ExitCode);
        Assert.False(Directory.Exists(_session.PathOf("runs", "killed", "TableMoe", "seed-1")));
        var resumed = await _session.Run("OwnTask", [.. Study, "--name", "killed", "--resume"]);

        Assert.True(resumed.ExitCode == 0, string.Join('\n', resumed.Errors));
        Assert.Equal(Metrics("whole"), Metrics("killed"));
        Assert.Equal(Parameters("whole"), Parameters("killed"));
        Assert.Contains("accuracy", resumed.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("accuracy, share of rows", await File.ReadAllTextAsync(_session.PathOf("runs", "killed", "report.html")),
            StringComparison.Ordinal);
    }

    private List<string> Metrics(string run) =>
    [
        .. JsonDocument.Parse(File.ReadAllText(_session.PathOf("runs", run, "results.json"))).RootElement.GetProperty("variants")
            .EnumerateArray()
            .Select(variant => variant.GetProperty("metrics").ToString()),
    ];

    private List<string> Parameters(string run) =>
    [
        .. Directory.GetFiles(_session.PathOf("runs", run), "model.safetensors", SearchOption.AllDirectories)
            .Where(path => path.Contains("step-200", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(path => Convert.ToHexString(File.ReadAllBytes(path))),
    ];

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
