using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

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
        var perExpert = p.narrow(1, 0, e).Plus(p.narrow(1, e, e));
        var slots = OracleRanking.Top(p, gate.TopK);
        var experts = slots.Modulo(e).masked_fill(slots.IsAtLeast(2 * e), Scalars.MinusOne);
        return new OracleChoice(RoutingKind.Ternary)
        {
            Logits = logits,
            Scores = p,
            ExpertScores = perExpert,
            Probabilities = perExpert,
            Experts = experts,
            Weights = Weigh(slots.masked_fill(slots.IsAtLeast(2 * e), Scalars.MinusOne)),
            Weigh = WeighBase,
            Losses = new Dictionary<string, Tensor> { ["TernaryGate"] = Reward() },
        };

        Tensor Reward() => input.Tokens.Kept == 0 ? zeros([], ScalarType.Float64) : nulls.mean().Times(-gate.Reward);

        Tensor Weigh(Tensor slots_NK)
        {
            var picked = OracleTopK.Pick(p, slots_NK);
            var sign = slots_NK.IsAtLeast(e).to(ScalarType.Float64).Times(2).OneMinus();
            return sign.Times(gate.Scale) * picked / picked.sum(1, keepdim: true).Plus(nulls);
        }

        // Replayed picks name experts only: each is used with the sign that is more probable, + in a tie.
        Tensor WeighBase(Tensor experts_NK)
        {
            var plus = OracleTopK.Pick(p.narrow(1, 0, e), experts_NK).detach();
            var minus = OracleTopK.Pick(p.narrow(1, e, e), experts_NK).detach();
            return Weigh(experts_NK.Plus(minus.gt(plus).to(ScalarType.Int64).Times(e))
                .masked_fill(experts_NK.lt(Scalars.Zero), Scalars.MinusOne));
        }
    }
}
