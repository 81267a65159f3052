using System.Text.Json;

namespace LibMoE.Examples.Tests;

/// <summary>A run that an earlier version (commit f5dd4af) began goes on under this one. Its folder, <c>EarlierRun</c>, is as that version
/// left it after 20 of 40 steps; the version itself, not interrupted, ended at a loss of 4.44505.</summary>
public sealed class EarlierRunTests : IDisposable
{
    private const double LossThere = 4.445052629627753;

    private readonly UserSession _session = new();

    public EarlierRunTests()
    {
        var stored = Path.Combine(Repository.Root, "tests", "LibMoE.Examples.Tests", "EarlierRun");
        foreach (var file in Directory.EnumerateFiles(stored, "*", SearchOption.AllDirectories))
        {
            var copy = _session.PathOf("runs", "earlier", Path.GetRelativePath(stored, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var sums = Enumerable.Range(0, 4000).Select(i => $"{i} and {i * 7 % 101} make {i + i * 7 % 101}.");
        File.WriteAllText(_session.PathOf("sums.txt"), string.Join('\n', sums));
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task It_continues_to_the_loss_that_the_earlier_version_ends_at_and_is_reported()
    {
        string[] settings = ["--Corpus:Path=sums.txt", "--Model:Dim=8", "--Model:Layers=1", "--Model:Heads=1", "--Model:Context=16",
            "--Training:SequenceLength=16", "--Training:Batch=4", "--Training:Steps=40", "--Training:CheckpointEvery=20",
            "--Training:Threads=1", "--seeds", "1", "--variants", "Smoe"];

        var ended = await _session.Run("Quickstart", ["study", "--name", "earlier", "--resume", .. settings]);

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("Training continues from step 20", ended.Output, StringComparison.Ordinal);
        using var results = JsonDocument.Parse(File.ReadAllText(_session.PathOf("runs", "earlier", "results.json")));
        var smoe = Assert.Single(results.RootElement.GetProperty("variants").EnumerateArray());
        Assert.Equal(LossThere, smoe.GetProperty("validationLoss").GetDouble(), 1e-4);
        Assert.Contains("Smoe", File.ReadAllText(_session.PathOf("runs", "earlier", "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_checkpoint_is_a_model_that_continues_a_text()
    {
        var ended = await _session.Run(
            "Quickstart", ["generate", "--model", "runs/earlier/Smoe/seed-0", "--prompt", "12 and ", "--tokens", "4", "--temperature", "0"]);

        Assert.Equal(0, ended.ExitCode);
        Assert.StartsWith("12 and ", ended.Output, StringComparison.Ordinal);
    }
}
