using QuantumGate;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>The simulated circuit of examples/QuantumGate against closed forms and against the parameter-shift rule.</summary>
public sealed class QuantumCircuitTests
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 4)]
    [InlineData(4, 2)]
    [InlineData(10, 1)]
    public void The_probabilities_of_all_outcomes_sum_to_one(int qubits, int layers)
    {
        using var scope = NewDisposeScope();
        manual_seed(qubits);
        var p_TS = QuantumCircuit.Probabilities(
            randn([5, qubits], dtype: ScalarType.Float64), randn([layers, qubits, 2], dtype: ScalarType.Float64));

        Assert.Equal([5, 1L << qubits], p_TS.shape);
        Assert.All(p_TS.sum([1]).data<double>().ToArray(), sum => Assert.Equal(1, sum, 12));
        Assert.True(p_TS.min().item<double>() >= 0);
    }

    [Fact]
    public void One_qubit_that_is_turned_twice_is_found_at_one_with_the_sine_of_half_the_sum_squared()
    {
        using var scope = NewDisposeScope();
        var p_TS = QuantumCircuit.Probabilities(tensor([0.3, -1.1], [2, 1]), tensor([0.5, 2.0], [1, 1, 2]));

        Assert.Equal(Math.Pow(Math.Sin(0.4), 2), p_TS[0, 1].item<double>(), 14);
        Assert.Equal(Math.Pow(Math.Cos(-0.3), 2), p_TS[1, 0].item<double>(), 14);
    }

    [Fact]
    public void A_phase_between_two_turns_is_what_a_turn_about_another_axis_makes_of_it()
    {
        // RY(π/2)·RZ(φ)·RY(π/2)|0⟩ is found at 0 with (1 − cos φ)/2, and the last phase shows nowhere.
        using var scope = NewDisposeScope();
        var half = Math.PI / 2;
        var p_TS = QuantumCircuit.Probabilities(tensor([0.0], [1, 1]), tensor([half, 0.7, half, 5.0], [2, 1, 2]));

        Assert.Equal((1 - Math.Cos(0.7)) / 2, p_TS[0, 0].item<double>(), 14);
    }

    [Fact]
    public void The_ring_ties_qubits_together()
    {
        // The first qubit is half 1: CNOT 0→1 makes |00⟩ + |11⟩ of it, CNOT 1→0 then |00⟩ + |01⟩.
        using var scope = NewDisposeScope();
        var p_TS = QuantumCircuit.Probabilities(tensor([Math.PI / 2, 0.0], [1, 2]), zeros([1, 2, 2], ScalarType.Float64));

        Assert.Equal([0.5, 0.5, 0, 0], p_TS.data<double>().ToArray().Select(p => Math.Round(p, 12)));
    }

    [Fact]
    public void Autograd_gives_what_the_parameter_shift_rule_gives_for_every_angle()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var (angles_TN, weights_LN2) = (randn([4, 3], dtype: ScalarType.Float64), randn([2, 3, 2], dtype: ScalarType.Float64));
        var mix_TS = randn([4, 8], dtype: ScalarType.Float64);
        var free_LN2 = weights_LN2.clone().requires_grad_();
        Mixed(free_LN2).backward();
        double[] gradient = [.. free_LN2.grad!.data<double>()];

        for (var place = 0; place < gradient.Length; place++)
        {
            double[] shift = [.. Enumerable.Range(0, gradient.Length).Select(other => other == place ? Math.PI / 2 : 0)];
            var shift_LN2 = tensor(shift, [2, 3, 2]);
            var slope = (Mixed(weights_LN2 + shift_LN2) - Mixed(weights_LN2 - shift_LN2)).item<double>() / 2;
            Assert.Equal(slope, gradient[place], 12);
        }

        Tensor Mixed(Tensor weights) => (QuantumCircuit.Probabilities(angles_TN, weights) * mix_TS).sum();
    }
}
