using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>DynMoE: s = σ(τ·cos), picks where s > σ(τ·g), 1/|I| each with the gradient of the difference; without one the largest s, but
/// none in training.</summary>
internal static class OracleThreshold
{
    public static OracleChoice Choose(OracleInput input)
    {
        var p = input.Parameters;
        var tau = p["router.temperature"].minimum(tensor(Math.Log(100), ScalarType.Float64)).exp();
        var logits = Unit(input.X_ND).matmul(Unit(p["router.weight"]).t()) * tau;
        logits = p.Find("router.bias") is { } bias ? logits.Plus(bias) : logits;
        var scores = logits.sigmoid();
        var margins = scores - (p["router.threshold"] * tau).sigmoid();
        var experts = Picks();
        return new OracleChoice(RoutingKind.TokenChoice)
        {
            Logits = logits,
            Scores = scores,
            ExpertScores = scores,
            Probabilities = logits.softmax(1),
            Experts = experts,
            Weights = Weigh(experts),
            Weigh = Weigh,
        };

        Tensor Picks()
        {
            var order = OracleRanking.Order(margins, 1);
            var picks = order.masked_fill(margins.detach().gather(1, order).le(Scalars.Zero), Scalars.MinusOne);
            if (input.Options.Training)
            {
                return picks;
            }

            var first = picks.narrow(1, 0, 1);
            first = where(first.lt(Scalars.Zero), OracleRanking.Top(scores, 1), first);
            return cat([first, picks.narrow(1, 1, picks.shape[1] - 1)], 1);
        }

        // Straight through: the number 1/|I|, the derivative of a positive margin over |I|.
        Tensor Weigh(Tensor experts_NK)
        {
            var there = experts_NK.ge(Scalars.Zero).to(ScalarType.Float64);
            var margin = OracleTopK.Pick(margins.relu(), experts_NK);
            return (there.Plus(margin) - margin.detach()) / OracleTopK.NonZero(there.sum(1, keepdim: true));
        }
    }

    private static Tensor Unit(Tensor rows) => rows / rows.norm(1, keepdim: true, p: 2).AtLeast(1e-12);
}
