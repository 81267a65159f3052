using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>Hash layers: the picks are given, since the hash is the implementation's own, or stand in the table's row of the token id;
/// w = 1/K, or Scale·s/Σ_I s with s = √softplus(x·Wᵀ).</summary>
internal static class OracleHash
{
    public static OracleChoice Choose(HashGateAttribute gate, OracleInput input)
    {
        var experts = input.Tokens.Compact(Picks(gate, input));
        if (!gate.Learned)
        {
            return new OracleChoice(RoutingKind.Hash) { Experts = experts, Weights = Equal(experts), Weigh = Equal };
        }

        var logits = OracleLogits.Of(gate, input);
        var scores = OracleNoisyTopK.Softplus(logits).sqrt();
        return new OracleChoice(RoutingKind.Hash)
        {
            Logits = logits,
            Scores = scores,
            ExpertScores = scores,
            Probabilities = logits.softmax(1),
            Experts = experts,
            Weights = Weigh(experts),
            Weigh = Weigh,
        };

        Tensor Weigh(Tensor experts_NK)
        {
            var picked = OracleTopK.Pick(scores, experts_NK);
            return picked.Times(gate.Scale) / OracleTopK.NonZero(picked.sum(1, keepdim: true));
        }
    }

    private static Tensor Equal(Tensor experts_NK) =>
        TensorMath.Full(experts_NK.shape, 1.0 / experts_NK.shape[1], ScalarType.Float64)
            .masked_fill(experts_NK.lt(Scalars.Zero), Scalars.Zero);

    private static Tensor Picks(HashGateAttribute gate, OracleInput input)
    {
        if (gate.Table && input.Context.TokenIds is { } ids)
        {
            return input.Parameters["router.table"].index_select(0, ids.reshape(-1)).to(ScalarType.Int64);
        }

        return input.Options.Picks?.to(ScalarType.Int64) ?? throw new ArgumentException(
            $"{input.Declaration.Name}: the oracle does not know the hash; give it the layer's picks in {nameof(OracleOptions)}."
            + $"{nameof(OracleOptions.Picks)}{(gate.Table ? ", or token ids in the context" : "")}.");
    }
}
