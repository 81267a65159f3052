using System.Text.Json;

namespace LibMoE.Examples.Tests;

/// <summary>A user's own gate, expert kind and balancing term, as the example declares them.</summary>
public sealed class CustomGateTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void All_three_parts_take_less_than_sixty_lines() =>
        Assert.InRange(File.ReadAllLines(Repository.PathOf("examples", "CustomGate", "Program.cs")).Length, 1, 59);

    [Fact]
    public async Task They_are_described_by_their_own_formulas()
    {
        var ended = await _session.Run("CustomGate", "describe");

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("16 Bilinear experts of hidden width 64:  f_e(x) = (x·G_e ⊙ x·U_e)·D_e", ended.Output, StringComparison.Ordinal);
        Assert.Contains("l_e = −mean_d (x − c_e)²/Width,  s = softmax(l)", ended.Output, StringComparison.Ordinal);
        Assert.Contains("Jain = 0.01·(1 − (Σ_e P_e)²/(E·Σ_e P_e²),  P = mean_t s)", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layer_of_them_trains_and_its_term_is_reported()
    {
        var ended = await _session.Run("CustomGate", "train", "--variant", "DistanceMoe", "--quick", "--name", "own");
        Assert.True(ended.ExitCode == 0, string.Join('\n', ended.Errors));

        var metrics = Directory.GetFiles(_session.PathOf("runs", "own"), "metrics.jsonl", SearchOption.AllDirectories).Single();
        var reports = File.ReadLines(metrics).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.True(reports[^1].GetProperty("loss").GetDouble() < reports[0].GetProperty("loss").GetDouble() - 0.5);
        Assert.All(reports, report => Assert.True(
            report.GetProperty("blocks")[0].GetProperty("losses").GetProperty("Jain").GetDouble() is > 0 and < 0.01));
    }
}
