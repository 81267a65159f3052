using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>
/// Soft MoE, sequence by sequence: slot inputs X̃ = softmax_tokens(l)ᵀ·X, expert e on its p slots (columns e·p … e·p+p−1 of l), and
/// y = softmax_slots(l)·Ỹ.
/// </summary>
internal static class OracleSoftSlots
{
    public static (Tensor Logits, Tensor Combine, Tensor Routed) Run(SoftSlotsGateAttribute gate, OracleInput input)
    {
        var logits = OracleLogits.Of(gate, input);
        var combine = logits.softmax(1);
        var routed = zeros_like(input.X_ND);
        foreach (var sequence in input.Tokens.Sequences.Select((id, row) => (id, row)).GroupBy(token => token.id, token => (long)token.row))
        {
            var rows = tensor(sequence.ToArray(), ScalarType.Int64);
            var dispatch = logits.index_select(0, rows).softmax(0);
            var slots = dispatch.t().matmul(input.X_ND.index_select(0, rows));
            var outputs = OracleExperts.All(input, slot => slots.narrow(0, slot * gate.PerExpert, gate.PerExpert));
            var mixed = combine.index_select(0, rows).matmul(outputs.transpose(0, 1).reshape(slots.shape));
            routed = routed.index_add(0, rows, mixed, Scalars.One);
        }

        return (logits, combine, routed);
    }
}
