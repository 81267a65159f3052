using LibMoE.Runtime;
using static TorchSharp.torch;

namespace QuantumGate;

/// <summary>
/// The exact state of a few qubits, one for each token: 2ⁿ amplitudes, kept as a real and an imaginary part in float64. Each gate is a
/// handful of tensor operations, so autograd goes through it.
/// </summary>
internal sealed class QuantumCircuit
{
    /// <summary>A state of more qubits is no matter of a small simulation.</summary>
    public const int MostQubits = 10;

    private readonly int _qubits;
    private Tensor _real_TS;
    private Tensor _imaginary_TS;

    private QuantumCircuit(long tokens, int qubits)
    {
        _qubits = qubits;
        var zero_TS = zeros([tokens, (1L << qubits) - 1], dtype: ScalarType.Float64);
        _real_TS = cat([ones([tokens, 1], dtype: ScalarType.Float64), zero_TS], 1);
        _imaginary_TS = zeros_like(_real_TS);
    }

    /// <summary>
    /// The probability of each of the 2ⁿ outcomes, [T, 2ⁿ]: every qubit is turned by an angle of the token (RY), then in each layer by two
    /// angles of the circuit (RY, RZ), and tied to the next one (CNOT, in a ring).
    /// </summary>
    /// <param name="angles_TN">Angles of the tokens, float64.</param>
    /// <param name="weights_LN2">Angles of the layers, float64.</param>
    public static Tensor Probabilities(Tensor angles_TN, Tensor weights_LN2)
    {
        var (layers, qubits) = ((int)weights_LN2.shape[0], (int)weights_LN2.shape[1]);
        var circuit = new QuantumCircuit(angles_TN.shape[0], qubits);
        for (var qubit = 0; qubit < qubits; qubit++)
        {
            circuit.TurnY(qubit, angles_TN.select(1, qubit));
        }

        for (var layer = 0; layer < layers; layer++)
        {
            for (var qubit = 0; qubit < qubits; qubit++)
            {
                var turns_2 = weights_LN2.select(0, layer).select(0, qubit);
                circuit.TurnY(qubit, turns_2.select(0, 0));
                circuit.TurnZ(qubit, turns_2.select(0, 1));
            }

            for (var qubit = 0; qubit < qubits && qubits > 1; qubit++)
            {
                circuit.Tie(qubit, (qubit + 1) % qubits);
            }
        }

        return circuit._real_TS.Squared().Plus(circuit._imaginary_TS.Squared());
    }

    /// <summary>RY(θ) = [[cos θ/2, −sin θ/2], [sin θ/2, cos θ/2]].</summary>
    private void TurnY(int qubit, Tensor angle)
    {
        var half = angle.Over(2).reshape(-1, 1, 1);
        var (cos, sin) = (half.cos(), half.sin());
        (_real_TS, _imaginary_TS) = (Turned(_real_TS), Turned(_imaginary_TS));

        Tensor Turned(Tensor part_TS)
        {
            var (zero, one) = Halves(part_TS, qubit);
            return Joined(cos * zero - sin * one, (sin * zero).Plus(cos * one));
        }
    }

    /// <summary>RZ(θ) = diag(e^{−iθ/2}, e^{iθ/2}).</summary>
    private void TurnZ(int qubit, Tensor angle)
    {
        var half = angle.Over(2).reshape(-1, 1, 1);
        var (cos, sin) = (half.cos(), half.sin());
        var ((real0, real1), (imaginary0, imaginary1)) = (Halves(_real_TS, qubit), Halves(_imaginary_TS, qubit));
        _real_TS = Joined((cos * real0).Plus(sin * imaginary0), cos * real1 - sin * imaginary1);
        _imaginary_TS = Joined(cos * imaginary0 - sin * real0, (cos * imaginary1).Plus(sin * real1));
    }

    /// <summary>CNOT: where the first qubit is 1 the second is turned over, which only changes the places of amplitudes.</summary>
    private void Tie(int control, int target)
    {
        var (first, second) = (1L << (_qubits - 1 - control), 1L << (_qubits - 1 - target));
        using var places_S = tensor(
            Enumerable.Range(0, 1 << _qubits).Select(state => (state & first) == 0 ? state : state ^ second).ToArray());
        (_real_TS, _imaginary_TS) = (_real_TS.index_select(1, places_S), _imaginary_TS.index_select(1, places_S));
    }

    /// <summary>The amplitudes with that qubit at 0, and at 1, [T, states of those before it, states of those behind it].</summary>
    private static (Tensor Zero, Tensor One) Halves(Tensor part_TS, int qubit)
    {
        var split = part_TS.reshape(part_TS.shape[0], 1L << qubit, 2, -1);
        return (split.select(2, 0), split.select(2, 1));
    }

    private static Tensor Joined(Tensor zero, Tensor one) => stack([zero, one], 2).reshape(zero.shape[0], -1);
}
