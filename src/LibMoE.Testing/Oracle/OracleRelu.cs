using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>ReMoE: w = relu(l), every positive one is picked; the loss is the steered coefficient times mean_t Σ_e relu(l).</summary>
internal static class OracleRelu
{
    public static OracleChoice Choose(OracleInput input)
    {
        var logits = OracleLogits.Of(input.Declaration.Gate, input);
        var scores = logits.relu();
        var order = OracleRanking.Order(scores, 1);
        var experts = order.masked_fill(scores.detach().gather(1, order).le(Scalars.Zero), Scalars.MinusOne);
        return new OracleChoice(RoutingKind.TokenChoice)
        {
            Logits = logits,
            Scores = scores,
            ExpertScores = scores,
            Probabilities = logits.softmax(1),
            Experts = experts,
            Weights = Weigh(experts),
            Weigh = Weigh,
            Losses = new Dictionary<string, Tensor> { ["ReluGate"] = Penalty() },
        };

        Tensor Weigh(Tensor experts_NK) => OracleTopK.Pick(scores, experts_NK);

        Tensor Penalty() => input.Tokens.Kept == 0
            ? zeros([], ScalarType.Float64)
            : input.Parameters["router.l1"].reshape([]) * scores.sum(1).mean();
    }
}
