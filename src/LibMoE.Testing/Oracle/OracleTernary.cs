using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing;

/// <summary>
/// TC-MoE: slots [+ of every expert, − of every expert, K null]; p = softmax(l), the K largest are picked, and
/// w_j = sign_j·p_j/(picked non-null p + all null p).
/// </summary>
internal static class OracleTernary
{
    public static OracleChoice Choose(TernaryGateAttribute gate, OracleInput input)
    {
        var e = input.Slots;
        var logits = OracleLogits.Of(gate, input);
        var p = logits.softmax(1);
        var nulls = p.narrow(1, 2 * e, gate.TopK).sum(1, keepdim: true);
        var perExpert = p.narrow(1, 0, e) + p.narrow(1, e, e);
        var slots = OracleRanking.Top(p, gate.TopK);
        var experts = slots.remainder(e).masked_fill(slots.ge(2 * e), -1);
        return new OracleChoice(RoutingKind.Ternary)
        {
            Logits = logits,
            Scores = p,
            ExpertScores = perExpert,
            Probabilities = perExpert,
            Experts = experts,
            Weights = Weigh(slots.masked_fill(slots.ge(2 * e), -1)),
            Weigh = WeighBase,
            Losses = new Dictionary<string, Tensor> { ["TernaryGate"] = Reward() },
        };

        Tensor Reward() => input.Tokens.Kept == 0 ? zeros([], ScalarType.Float64) : -gate.Reward * nulls.mean();

        Tensor Weigh(Tensor slots_NK)
        {
            var picked = OracleTopK.Pick(p, slots_NK);
            var sign = 1 - (2 * slots_NK.ge(e).to(ScalarType.Float64));
            return gate.Scale * sign * picked / (picked.sum(1, keepdim: true) + nulls);
        }

        // Replayed picks name experts only: each is used with the sign that is more probable, + in a tie.
        Tensor WeighBase(Tensor experts_NK)
        {
            var plus = OracleTopK.Pick(p.narrow(1, 0, e), experts_NK).detach();
            var minus = OracleTopK.Pick(p.narrow(1, e, e), experts_NK).detach();
            return Weigh((experts_NK + (e * minus.gt(plus).to(ScalarType.Int64))).masked_fill(experts_NK.lt(0), -1));
        }
    }
}
