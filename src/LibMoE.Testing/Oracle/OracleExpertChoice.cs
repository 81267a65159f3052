using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>Zhou et al. 2022: s = softmax over experts, every expert takes its C = ceil(factor·T/E) tokens of largest s, w = s.</summary>
internal static class OracleExpertChoice
{
    public static OracleChoice Choose(ExpertChoiceGateAttribute gate, OracleInput input)
    {
        var logits = OracleLogits.Of(gate, input);
        var scores = logits.softmax(1);
        var tokens = input.Tokens.Kept;
        var capacity = Math.Min(tokens, (int)Math.Ceiling((decimal)gate.CapacityFactor * tokens / input.Slots));
        var best = OracleRanking.Order(scores, 0).narrow(0, 0, capacity);
        var taken = zeros(scores.shape, ScalarType.Float64).scatter(0, best, ones(best.shape, ScalarType.Float64)).gt(Scalars.Zero);
        var order = OracleRanking.Order(scores.masked_fill(taken.logical_not(), Scalars.NegativeInfinity), 1);
        var experts = order.masked_fill(taken.gather(1, order).logical_not(), Scalars.MinusOne);
        return new OracleChoice(RoutingKind.ExpertChoice)
        {
            Logits = logits,
            Scores = scores,
            ExpertScores = scores,
            Probabilities = scores,
            Experts = experts,
            Weights = Weigh(experts),
            Weigh = Weigh,
        };

        Tensor Weigh(Tensor experts_NK) => OracleTopK.Pick(scores, experts_NK);
    }
}
