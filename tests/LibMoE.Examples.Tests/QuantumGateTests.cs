using System.Globalization;
using System.Text.RegularExpressions;

namespace LibMoE.Examples.Tests;

/// <summary>A gate of a simulated circuit beside classical ones, as a user runs it.</summary>
public sealed partial class QuantumGateTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task The_quick_version_compares_four_gates_with_dense_and_simple_methods()
    {
        var ended = await _session.Run("QuantumGate", "--quick", "--threads", "1");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        Assert.All(
            ["logistic regression", "nearest neighbours", "Dense", "LinearMoe", "QuantumMoe", "FourierMoe", "TanhMoe"],
            name => Assert.Matches($@"(?m)^ {name}\s+0\.\d+ ± 0\.\d+", ended.Output));
    }

    [Fact]
    public async Task The_circuit_is_held_to_gates_of_its_size_at_equal_seeds_and_nothing_is_claimed_of_speed()
    {
        var ended = await _session.Run("QuantumGate", "--quick", "--seeds", "2", "--steps", "20", "--threads", "1");

        Assert.Equal(0, ended.ExitCode);
        Assert.All(["LinearMoe", "FourierMoe", "TanhMoe"], gate => Assert.Matches(
            $@"(?m)^QuantumMoe − {gate}: [+−]0\.\d{{3}} ± \d+\.\d{{3}} \(2 seeds\): (better|worse|not distinguishable)$", ended.Output));
        var output = Regex.Replace(ended.Output, @"\s+", " ");
        Assert.Matches(
            "Asked for: better than straight lines: (reached|missed); not distinguishable from classical gates of the same size: ", output);
        Assert.Matches(@"No claim of speed: the circuit is simulated, a step with it took [\d.]+ times as long as with FourierMoe", output);
    }

    [Fact]
    public async Task Its_gradient_is_that_of_the_parameter_shift_rule_for_any_number_of_qubits()
    {
        var ended = await _session.Run("QuantumGate", "qubits");

        Assert.Empty(ended.Errors);
        var differences = Differences().Matches(ended.Output);
        Assert.Equal(10, differences.Count);
        Assert.All(differences, row => Assert.InRange(double.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture), 0, 1e-12));
    }

    [GeneratedRegex(@"autograd − parameter shift (\S+)")]
    private static partial Regex Differences();
}
