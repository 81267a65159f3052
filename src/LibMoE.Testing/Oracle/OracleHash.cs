using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>Hash layers: the picks are given, since the hash is the implementation's own; w = 1/K.</summary>
internal static class OracleHash
{
    public static OracleChoice Choose(OracleInput input)
    {
        var given = input.Options.Picks ?? throw new ArgumentException($"{input.Declaration.Name}: the oracle does not know the hash; "
            + $"give it the layer's picks in {nameof(OracleOptions)}.{nameof(OracleOptions.Picks)}.");
        var experts = input.Tokens.Compact(given.to(ScalarType.Int64));
        return new OracleChoice(RoutingKind.Hash) { Experts = experts, Weights = Weigh(experts), Weigh = Weigh };

        static Tensor Weigh(Tensor experts_NK) =>
            TensorMath.Full(experts_NK.shape, 1.0 / experts_NK.shape[1], ScalarType.Float64)
                .masked_fill(experts_NK.lt(Scalars.Zero), Scalars.Zero);
    }
}
