using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>The output of every routed expert on every token, and of the shared ones.</summary>
internal static class OracleExperts
{
    /// <summary>Every expert on its own rows; all slots together are [rows, E, D].</summary>
    /// <param name="input">The call.</param>
    /// <param name="rowsOfSlot">The rows [rows, D] that an expert works on: all tokens, or its soft slots.</param>
    public static Tensor All(OracleInput input, Func<int, Tensor> rowsOfSlot) => stack(
        [.. Places(input.Declaration).Select(expert => Output(input, expert.Group, expert.Place, rowsOfSlot(expert.Place.Slot)))], 1);

    /// <summary>The layer's output: the routed one, and with it that of the shared experts on the tokens that count.</summary>
    /// <param name="input">The call.</param>
    /// <param name="routed">The routed output.</param>
    /// <param name="weights_NJ">The weight of each shared expert, [N, J], where the router gives it.</param>
    public static Tensor Combine(OracleInput input, Tensor routed, Tensor? weights_NJ)
    {
        if (input.Declaration.Shared is not { } shared)
        {
            return routed;
        }

        var output = SharedFfn(input, shared, weights_NJ);
        if (Option<bool>(shared, "Mixed"))
        {
            var c = input.X_ND.matmul(input.Parameters["shared.mix"]).Plus(input.Parameters["shared.mix_bias"]).softmax(1);
            return (routed * c.narrow(1, 0, 1)).Plus(output * c.narrow(1, 1, 1));
        }

        return routed.Plus(weights_NJ is not null ? output : Option<bool>(shared, "Gated")
            ? output * input.X_ND.matmul(input.Parameters["shared.gate"]).sigmoid().unsqueeze(1)
            : output.Times(Option<double>(shared, "Scale")));
    }

    /// <summary>The shared experts are one FFN of width n·H, in which each expert has H hidden units side by side.</summary>
    private static Tensor SharedFfn(OracleInput input, ExpertGroupAttribute group, Tensor? weights_NJ)
    {
        if (input.Options.ExpertKinds.TryGetValue(group.Kind, out var own))
        {
            return own(input.Parameters, new OraclePlace(-1, "shared.", 0), input.X_ND);
        }

        var p = input.Parameters;
        var inner = input.X_ND.matmul(p[OracleActivations.IsGated(group.Kind) ? "shared.gate_up" : "shared.up"]);
        inner = p.Find("shared.up_bias") is { } into ? inner.Plus(into) : inner;
        var hidden = OracleActivations.Of(group, inner);
        hidden = weights_NJ is null ? hidden : hidden * weights_NJ.repeat_interleave(hidden.shape[1] / group.Count, 1);
        var output = hidden.matmul(p["shared.down"]);
        return p.Find("shared.down_bias") is { } bias ? output.Plus(bias) : output;
    }

    /// <summary>The options of SharedExperts stand on a generic attribute, one closed type per expert kind.</summary>
    private static T Option<T>(ExpertGroupAttribute shared, string name) => (T)shared.GetType().GetProperty(name)!.GetValue(shared)!;

    private static Tensor Output(OracleInput input, ExpertGroupAttribute group, OraclePlace place, Tensor x_ND)
    {
        var kind = group.Kind;
        if (input.Options.ExpertKinds.TryGetValue(kind, out var own))
        {
            return own(input.Parameters, place, x_ND);
        }

        if (OracleActivations.IsKnown(kind))
        {
            return Ffn(input.Parameters, place, group, x_ND);
        }

        return kind == typeof(Zero) ? zeros_like(x_ND)
            : kind == typeof(Copy) ? x_ND
            : kind == typeof(Constant) ? Constant(input.Parameters, place.Index, x_ND)
            : throw new ArgumentException($"{input.Declaration.Name}: the expert kind {kind.Name} is not built in; give the oracle its "
                + $"formula in {nameof(OracleOptions)}.{nameof(OracleOptions.ExpertKinds)}.");
    }

    private static Tensor Ffn(OracleParameters p, OraclePlace place, ExpertGroupAttribute group, Tensor x_ND)
    {
        var inner = x_ND.matmul(p[place.Prefix + (OracleActivations.IsGated(group.Kind) ? "gate_up" : "up")].select(0, place.Index));
        inner = p.Find(place.Prefix + "up_bias") is { } into ? inner.Plus(into.select(0, place.Index)) : inner;
        var output = OracleActivations.Of(group, inner).matmul(p[place.Prefix + "down"].select(0, place.Index));
        return p.Find(place.Prefix + "down_bias") is { } bias ? output.Plus(bias.select(0, place.Index)) : output;
    }

    /// <summary>x·α₁ + v·α₂ with α = softmax(W_c·x).</summary>
    private static Tensor Constant(OracleParameters p, int index, Tensor x_ND)
    {
        var alpha = x_ND.matmul(p["constant.weight"].select(0, index).t()).softmax(1);
        return (x_ND * alpha.narrow(1, 0, 1)).Plus(p["constant.value"].select(0, index) * alpha.narrow(1, 1, 1));
    }

    /// <summary>Every slot's kind and place. FFN groups are numbered where there are several; constants share one table.</summary>
    private static IEnumerable<(ExpertGroupAttribute Group, OraclePlace Place)> Places(MoeDeclaration declaration)
    {
        var ffnGroups = declaration.Experts.Count(group => !IsZeroCompute(group.Kind));
        var (slot, ffn, constant) = (0, 0, 0);
        foreach (var group in declaration.Experts)
        {
            var prefix = IsZeroCompute(group.Kind) ? "constant." : ffnGroups > 1 ? $"experts.{ffn++}." : "experts.";
            for (var i = 0; i < group.Count; i++)
            {
                yield return (group, new OraclePlace(slot++, prefix, group.Kind == typeof(Constant) ? constant++ : i));
            }
        }
    }

    public static bool IsZeroCompute(Type kind) => typeof(IZeroComputeExpert).IsAssignableFrom(kind);
}
