using System.Text.Json;

namespace LibMoE.Examples.Tests;

/// <summary>The benchmark, as a smoke test: what it measures, and no word about how fast it was here.</summary>
public sealed class BenchmarksTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact, Trait("Category", "Campaign")]
    public async Task The_quick_run_prints_a_table_for_every_contest_and_writes_the_same_figures()
    {
        var ended = await _session.Run(Repository.Benchmarks, "--quick");
        Assert.Equal(0, ended.ExitCode);
        Assert.Empty(ended.Errors);

        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(_session.PathOf("bench-results.json")));
        Assert.Equal(1, document.RootElement.GetProperty("schema").GetInt32());
        Assert.NotEqual("", document.RootElement.GetProperty("machine").GetProperty("processor").GetString());
        var results = document.RootElement.GetProperty("results").EnumerateArray()
            .Select(result =>
                (Contest: result.GetProperty("contest").GetString()!, Contender: result.GetProperty("contender").GetString()!)).ToList();
        var contests = results.Select(result => result.Contest).Distinct().ToList();
        foreach (var part in new[]
        {
            "layer/S/", "layer/M/", "layer/X/", "layer/decode-1/", "layer/decode-8/", "layer/decode-64/", "layer/quickstart/",
            "training/4 layers", "training/quickstart", "growth/tokens/T=16384", "growth/experts", "profile/4 layers",
            "neighbours/quickstart",
        })
        {
            Assert.Contains(contests, contest => contest.StartsWith(part, StringComparison.Ordinal));
        }

        Assert.All(contests, contest => Assert.Contains(contest, ended.Output, StringComparison.Ordinal));
        Assert.Equal(
            ["floor (dense matmuls)", "nn.Linear loop", "emitted fp32", "emitted bf16"],
            results.Where(result => result.Contest == "layer/S/2 threads/forward+backward").Select(result => result.Contender));
    }

    [Fact]
    public async Task The_filter_runs_what_it_names_and_a_filter_that_names_nothing_is_wrong_usage()
    {
        var ended = await _session.Run(Repository.Benchmarks, "--quick", "--filter", "layer/decode-1/", "--output", "here.json");
        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("layer/decode-1/2 threads/forward", ended.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("layer/S", ended.Output, StringComparison.Ordinal);
        Assert.Equal(["here.json"], _session.Files);

        var nothing = await _session.Run(Repository.Benchmarks, "--filter", "layer/Z");
        Assert.Equal(2, nothing.ExitCode);
        Assert.Contains("No contest's name contains 'layer/Z'", Assert.Single(nothing.Errors), StringComparison.Ordinal);
    }
}
