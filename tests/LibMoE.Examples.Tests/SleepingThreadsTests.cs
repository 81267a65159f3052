namespace LibMoE.Examples.Tests;

/// <summary>What the OpenMP library that libtorch computes with has read from each program's environment: it prints that when it is asked.</summary>
public sealed class SleepingThreadsTests : IDisposable
{
    private readonly UserSession _session = new() { Variables = { ["OMP_DISPLAY_ENV"] = "VERBOSE", ["GOMP_SPINCOUNT"] = null, ["OMP_WAIT_POLICY"] = null } };

    public void Dispose() => _session.Dispose();

    [SkippableTheory]
    [InlineData("Quickstart")]
    [InlineData("Zoo")]
    [InlineData("CustomGate")]
    [InlineData("Pretraining")]
    [InlineData("Upcycling")]
    [InlineData("RoutingAnalysis")]
    [InlineData("Evaluation")]
    public async Task Threads_of_every_example_sleep_while_they_wait(string example) =>
        Assert.Contains("GOMP_SPINCOUNT = '0'", await Read(example, "check"), StringComparison.Ordinal);

    [SkippableFact]
    public async Task Those_of_the_benchmark_do() =>
        Assert.Contains("GOMP_SPINCOUNT = '0'", await Read(Repository.Benchmarks, "--quick", "--filter", "layer/decode-1/"), StringComparison.Ordinal);

    [SkippableTheory]
    [InlineData("GOMP_SPINCOUNT", "777", "GOMP_SPINCOUNT = '777'")]
    [InlineData("OMP_WAIT_POLICY", "ACTIVE", "OMP_WAIT_POLICY = 'ACTIVE'")]
    public async Task What_the_user_has_set_stays(string variable, string value, string read)
    {
        _session.Variables[variable] = value;

        var environment = await Read("Quickstart", "check");

        Assert.Contains(read, environment, StringComparison.Ordinal);
        Assert.DoesNotContain("GOMP_SPINCOUNT = '0'", environment, StringComparison.Ordinal);
    }

    private async Task<string> Read(string program, params string[] args)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "libtorch has another OpenMP library here.");
        var ended = await _session.Run(program, args);
        return string.Join('\n', ended.Errors);
    }
}
