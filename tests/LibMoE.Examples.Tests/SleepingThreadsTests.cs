namespace LibMoE.Examples.Tests;

/// <summary>What the OpenMP library that libtorch computes with has read from each program's environment:
/// it prints that when it is asked.</summary>
public sealed class SleepingThreadsTests : IDisposable
{
    private readonly UserSession _session =
        new() { Variables = { ["OMP_DISPLAY_ENV"] = "VERBOSE", ["GOMP_SPINCOUNT"] = null, ["OMP_WAIT_POLICY"] = null } };

    public void Dispose() => _session.Dispose();

    [SkippableTheory]
    [InlineData("Quickstart", "Smoe")]
    [InlineData("CustomGate", "DistanceMoe")]
    public async Task Threads_of_an_example_sleep_while_they_wait(string example, string variant) =>
        Assert.Contains("GOMP_SPINCOUNT = '0'", await Train(example, variant), StringComparison.Ordinal);

    /// <summary>The second reads a text and then runs a program for each of its studies.</summary>
    private static readonly string[] Beginnings =
        ["var builder = MoeApplication.CreateBuilder(args);", "return await Lesson.Of(args).RunAsync();"];

    [Fact]
    public void Every_example_makes_its_builder_before_anything_that_could_load_libtorch() =>
        Assert.All(Directory.GetFiles(Repository.PathOf("examples"), "Program.cs", SearchOption.AllDirectories), path =>
        {
            var statements = File.ReadLines(path).Where(line => line.Length > 0 && !line.StartsWith("using ", StringComparison.Ordinal)
                && !line.StartsWith("//", StringComparison.Ordinal) && !line.StartsWith("string[] ", StringComparison.Ordinal));
            Assert.Contains(statements.First(), Beginnings);
        });

    [SkippableFact]
    public async Task Those_of_the_benchmark_do() =>
        Assert.Contains(
            "GOMP_SPINCOUNT = '0'", await Read(Repository.Benchmarks, "--quick", "--filter", "layer/decode-1/"), StringComparison.Ordinal);

    [SkippableTheory]
    [InlineData("GOMP_SPINCOUNT", "777", "GOMP_SPINCOUNT = '777'")]
    [InlineData("OMP_WAIT_POLICY", "ACTIVE", "OMP_WAIT_POLICY = 'ACTIVE'")]
    public async Task What_the_user_has_set_stays(string variable, string value, string read)
    {
        _session.Variables[variable] = value;

        var environment = await Train("Quickstart", "Smoe");

        Assert.Contains(read, environment, StringComparison.Ordinal);
        Assert.DoesNotContain("GOMP_SPINCOUNT = '0'", environment, StringComparison.Ordinal);
    }

    private Task<string> Train(string example, string variant)
    {
        var lines = Enumerable.Range(0, 200).Select(line => $"Line {line} of some text says {line % 7}.");
        Directory.CreateDirectory(_session.PathOf("texts"));
        foreach (var number in Enumerable.Range(0, 20))
        {
            File.WriteAllLines(_session.PathOf("texts", $"{number}.txt"), lines);
        }

        return Read(example, "train", "--variant", variant, "--corpus", "texts", "--steps", "1");
    }

    private async Task<string> Read(string program, params string[] args)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "libtorch has another OpenMP library here.");
        var ended = await _session.Run(program, args);
        return string.Join('\n', ended.Errors);
    }
}
