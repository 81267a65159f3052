using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>What FFN kinds do between their matrices, from the written formulas.</summary>
internal static class OracleActivations
{
    private static readonly Dictionary<Type, Func<Tensor, Tensor>> Plain = new()
    {
        [typeof(Relu)] = u => u.relu(),
        [typeof(Gelu)] = ExactGelu,
        [typeof(GeluTanh)] = TanhGelu,
        [typeof(QuickGelu)] = u => u / u.Times(-1.702).exp().Plus(1),
        [typeof(ReluSquared)] = u => u.relu().Squared(),
    };

    /// <summary>Of the gate's half, the half up, and the options of the group.</summary>
    private static readonly Dictionary<Type, Func<Tensor, Tensor, ExpertGroupAttribute, Tensor>> Gated = new()
    {
        [typeof(SwiGlu)] = SwiGlu,
        [typeof(GeGlu)] = (g, u, _) => ExactGelu(g) * u,
        [typeof(GeGluTanh)] = (g, u, _) => TanhGelu(g) * u,
        [typeof(SiTu)] = (g, u, _) => g.Over(4).tanh().Times(4) * g.sigmoid() * u.Over(25).tanh().Times(25),
    };

    /// <summary>Whether the kind is a built-in FFN.</summary>
    public static bool IsKnown(Type kind) => Plain.ContainsKey(kind) || IsGated(kind);

    /// <summary>Whether the first matrix is [gate | up].</summary>
    public static bool IsGated(Type kind) => Gated.ContainsKey(kind);

    /// <summary>The hidden values of a group's expert.</summary>
    public static Tensor Of(ExpertGroupAttribute group, Tensor inner)
    {
        if (Plain.TryGetValue(group.Kind, out var activate))
        {
            return activate(inner);
        }

        var half = inner.shape[1] / 2;
        return Gated[group.Kind](inner.narrow(1, 0, half), inner.narrow(1, half, half), group);
    }

    /// <summary>φ(min(g, L)) or min(φ(g), L), times clamp(u, ±L) + offset. Where a number is clamped it is replaced by a
    /// constant.</summary>
    private static Tensor SwiGlu(Tensor g, Tensor u, ExpertGroupAttribute group)
    {
        var limit = group.Limit > 0 ? group.Limit : double.PositiveInfinity;
        var value = group.ClampAfterActivation ? AtMost(Swish(g), limit) : Swish(AtMost(g, limit));
        return value * AtMost(AtMost(u, limit).negative(), limit).negative().Plus(group.UpOffset);

        Tensor Swish(Tensor a) => a * a.Times(group.Slope).sigmoid();
    }

    private static Tensor AtMost(Tensor x, double limit) =>
        where(x.IsAbove(limit), TensorMath.Full(x.shape, limit, ScalarType.Float64), x);

    private static Tensor TanhGelu(Tensor u) =>
        u.Times(0.5) * u.Plus((u * u * u).Times(0.044715)).Times(Math.Sqrt(2 / Math.PI)).tanh().Plus(1);

    private static Tensor ExactGelu(Tensor u) => u.Times(0.5) * u.Over(Math.Sqrt(2)).erf().Plus(1);
}
