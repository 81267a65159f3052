using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>Huang et al. 2024: the fewest experts of largest softmax(l) that sum to p; w = s, or s/Σ_I s; the loss is the entropy of
/// s.</summary>
internal static class OracleTopP
{
    public static OracleChoice Choose(TopPGateAttribute gate, OracleInput input)
    {
        var logits = OracleLogits.Of(gate, input);
        var scores = logits.softmax(1);
        var order = OracleRanking.Order(scores, 1);
        var sorted = scores.detach().gather(1, order);
        var slots = (int)Math.Ceiling((decimal)gate.P * input.Slots);
        var columns = new List<Tensor>();
        var sum = zeros_like(sorted.narrow(1, 0, 1));
        for (var rank = 0; rank < slots; rank++)
        {
            columns.Add(order.narrow(1, rank, 1).masked_fill(sum.IsBelow(gate.P).logical_not(), Scalars.MinusOne));
            sum = sum.Plus(sorted.narrow(1, rank, 1));
        }

        var experts = cat(columns, 1);
        return new OracleChoice(RoutingKind.TokenChoice)
        {
            Logits = logits,
            Scores = scores,
            ExpertScores = scores,
            Probabilities = scores,
            Experts = experts,
            Weights = Weigh(experts),
            Weigh = Weigh,
            Losses = gate.Entropy > 0 ? new Dictionary<string, Tensor> { ["TopPGate"] = Entropy() } : new Dictionary<string, Tensor>(),
        };

        Tensor Weigh(Tensor experts_NK)
        {
            var picked = OracleTopK.Pick(scores, experts_NK);
            return gate.Normalize ? picked / OracleTopK.NonZero(picked.sum(1, keepdim: true)) : picked;
        }

        Tensor Entropy() => input.Tokens.Kept == 0
            ? zeros([], ScalarType.Float64)
            : (scores * scores.AtLeast(double.Epsilon).log()).sum(1).mean().Times(-gate.Entropy);
    }
}
