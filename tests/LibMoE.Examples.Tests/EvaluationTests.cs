using System.Text.Json;

namespace LibMoE.Examples.Tests;

/// <summary>The benchmarks, as a user runs them.</summary>
public sealed class EvaluationTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [SkippableFact]
    public async Task Stories260K_and_its_mixtures_are_scored_with_error_bars_and_chance()
    {
        Skip.IfNot(File.Exists(Path.Combine(Repository.Root, "..", "shared", "data", "stories260K", "stories260K.bin")), "the data folder has no stories260K");

        var ended = await _session.Run("Evaluation", "--limit", "67", "--Evaluation:Offline=true");

        Assert.Equal(0, ended.ExitCode);
        Assert.Empty(ended.Errors);
        Assert.Contains("4 models on 6 tasks, in runs/evaluation", ended.Output, StringComparison.Ordinal);
        Assert.Matches(@"blimp\s+stories260K\s+\d+\.\d ± \d+\.\d\s+50\.0\s+67", ended.Output);
        Assert.Matches(@"acc, mean of groups\s+Copies\s+\d+\.\d ± \d+\.\d\s+50\.0\s+67\s+\+0\.0 \[\+0\.0, \+0\.0\] no significant difference", ended.Output);
        var comparison = JsonDocument.Parse(File.ReadAllText(_session.PathOf("runs", "evaluation", "comparison.json"))).RootElement;
        Assert.All(
            comparison.GetProperty("comparisons").EnumerateArray().Where(row => row.GetProperty("model").GetString() == "Copies"),
            row => Assert.Equal(0, row.GetProperty("difference").GetDouble(), 1e-3));
    }

    [Fact]
    public async Task Absent_data_is_one_line()
    {
        var ended = await _session.Run("Evaluation", "--tasks", "cbt,race", "--Evaluation:Offline=true");

        Assert.Equal(1, ended.ExitCode);
        Assert.StartsWith("error: Evaluation:Offline allows no download; missing in ", Assert.Single(ended.Errors), StringComparison.Ordinal);
        Assert.Empty(_session.Files);
    }
}
