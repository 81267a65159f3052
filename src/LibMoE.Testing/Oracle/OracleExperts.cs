using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>The output of every routed expert on every token, and of the shared ones.</summary>
internal static class OracleExperts
{
    /// <summary>What an FFN kind does between its matrices; gated kinds get [gate | up].</summary>
    private static readonly Dictionary<Type, (bool Gated, Func<Tensor, Tensor> Activate)> FeedForward = new()
    {
        [typeof(Relu)] = (false, u => u.relu()),
        [typeof(Gelu)] = (false, ExactGelu),
        [typeof(GeluTanh)] =
            (false, u => u.Times(0.5) * (u.Plus((u * u * u).Times(0.044715))).Times(Math.Sqrt(2 / Math.PI)).tanh().Plus(1)),
        [typeof(QuickGelu)] = (false, u => u / u.Times(-1.702).exp().Plus(1)),
        [typeof(ReluSquared)] = (false, u => u.relu().Squared()),
        [typeof(SwiGlu)] = (true, g => g * g.sigmoid()),
        [typeof(GeGlu)] = (true, ExactGelu),
    };

    /// <summary>Every expert on its own rows; all slots together are [rows, E, D].</summary>
    /// <param name="input">The call.</param>
    /// <param name="rowsOfSlot">The rows [rows, D] that an expert works on: all tokens, or its soft slots.</param>
    public static Tensor All(OracleInput input, Func<int, Tensor> rowsOfSlot) => stack(
        [.. Places(input.Declaration).Select(expert => Output(input, expert.Kind, expert.Place, rowsOfSlot(expert.Place.Slot)))], 1);

    /// <summary>The weighted output of the shared experts on the tokens that count, or null.</summary>
    public static Tensor? Shared(OracleInput input)
    {
        if (input.Declaration.Shared is not { } shared)
        {
            return null;
        }

        var output = SharedFfn(input, shared.Kind);
        return Option<bool>(shared, "Gated")
            ? output * input.X_ND.matmul(input.Parameters["shared.gate"]).sigmoid().unsqueeze(1)
            : output.Times(Option<double>(shared, "Scale"));
    }

    /// <summary>The shared experts are one FFN of width n·H.</summary>
    private static Tensor SharedFfn(OracleInput input, Type kind)
    {
        if (input.Options.ExpertKinds.TryGetValue(kind, out var own))
        {
            return own(input.Parameters, new OraclePlace(-1, "shared.", 0), input.X_ND);
        }

        var (gated, activate) = FeedForward[kind];
        var inner = input.X_ND.matmul(input.Parameters[gated ? "shared.gate_up" : "shared.up"]);
        return Activate(inner, gated, activate).matmul(input.Parameters["shared.down"]);
    }

    /// <summary>The options of SharedExperts stand on a generic attribute, one closed type per expert kind.</summary>
    private static T Option<T>(ExpertGroupAttribute shared, string name) => (T)shared.GetType().GetProperty(name)!.GetValue(shared)!;

    private static Tensor Output(OracleInput input, Type kind, OraclePlace place, Tensor x_ND)
    {
        if (input.Options.ExpertKinds.TryGetValue(kind, out var own))
        {
            return own(input.Parameters, place, x_ND);
        }

        if (FeedForward.TryGetValue(kind, out var formula))
        {
            return Ffn(input.Parameters, place, formula.Gated, formula.Activate, x_ND);
        }

        return kind == typeof(Zero) ? zeros_like(x_ND)
            : kind == typeof(Copy) ? x_ND
            : kind == typeof(Constant) ? Constant(input.Parameters, place.Index, x_ND)
            : throw new ArgumentException($"{input.Declaration.Name}: the expert kind {kind.Name} is not built in; give the oracle its "
                + $"formula in {nameof(OracleOptions)}.{nameof(OracleOptions.ExpertKinds)}.");
    }

    private static Tensor Ffn(OracleParameters p, OraclePlace place, bool gated, Func<Tensor, Tensor> activate, Tensor x_ND)
    {
        var inner = x_ND.matmul(p[place.Prefix + (gated ? "gate_up" : "up")].select(0, place.Index));
        inner = p.Find(place.Prefix + "up_bias") is { } into ? inner.Plus(into.select(0, place.Index)) : inner;
        var output = Activate(inner, gated, activate).matmul(p[place.Prefix + "down"].select(0, place.Index));
        return p.Find(place.Prefix + "down_bias") is { } bias ? output.Plus(bias.select(0, place.Index)) : output;
    }

    private static Tensor Activate(Tensor inner, bool gated, Func<Tensor, Tensor> activate)
    {
        var half = inner.shape[1] / 2;
        return gated ? activate(inner.narrow(1, 0, half)) * inner.narrow(1, half, half) : activate(inner);
    }

    /// <summary>x·α₁ + v·α₂ with α = softmax(W_c·x).</summary>
    private static Tensor Constant(OracleParameters p, int index, Tensor x_ND)
    {
        var alpha = x_ND.matmul(p["constant.weight"].select(0, index).t()).softmax(1);
        return (x_ND * alpha.narrow(1, 0, 1)).Plus(p["constant.value"].select(0, index) * alpha.narrow(1, 1, 1));
    }

    /// <summary>Every slot's kind and place. FFN groups are numbered where there are several; constants share one table.</summary>
    private static IEnumerable<(Type Kind, OraclePlace Place)> Places(MoeDeclaration declaration)
    {
        var ffnGroups = declaration.Experts.Count(group => !IsZeroCompute(group.Kind));
        var (slot, ffn, constant) = (0, 0, 0);
        foreach (var group in declaration.Experts)
        {
            var prefix = IsZeroCompute(group.Kind) ? "constant." : ffnGroups > 1 ? $"experts.{ffn++}." : "experts.";
            for (var i = 0; i < group.Count; i++)
            {
                yield return (group.Kind, new OraclePlace(slot++, prefix, group.Kind == typeof(Constant) ? constant++ : i));
            }
        }
    }

    public static bool IsZeroCompute(Type kind) => typeof(IZeroComputeExpert).IsAssignableFrom(kind);

    private static Tensor ExactGelu(Tensor u) => u.Times(0.5) * u.Over(Math.Sqrt(2)).erf().Plus(1);
}
