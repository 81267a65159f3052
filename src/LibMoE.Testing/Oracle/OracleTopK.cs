using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>Gates whose combine weights are scores: softmax or sigmoid, the K largest, w = Scale·s or Scale·s/Σ_I s.</summary>
internal static class OracleTopK
{
    public static OracleChoice Choose(TopKGateAttribute gate, OracleInput input)
    {
        var (logits, scores) = Score(gate, input);
        var shared = OracleRouterSum.Scores(gate, input);
        var experts = OracleRanking.Top(Limit(gate, input.Selection(scores, logits)), gate.TopK);
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

        Tensor Weigh(Tensor experts_NK)
        {
            var picked = Pick(scores, gate is LinearGateAttribute { SkipZero: true } ? WithoutZero(input, experts_NK) : experts_NK);
            var sum = picked.sum(1, keepdim: true);
            sum = shared is null ? sum : sum.Plus(shared.sum(1, keepdim: true));
            var weights = (gate.Normalize ? picked / NonZero(sum) : picked).Times(gate.Scale);
            return gate is LinearGateAttribute { ExpertScale: true }
                ? weights * Pick(input.Parameters["router.expert_scale"].expand_as(scores), experts_NK)
                : weights;
        }
    }

    /// <summary>The values of the picked columns; 0 for empty picks.</summary>
    public static Tensor Pick(Tensor values_NE, Tensor experts_NK) =>
        values_NE.gather(1, experts_NK.clamp_min(Scalars.Zero)).masked_fill(experts_NK.lt(Scalars.Zero), Scalars.Zero);

    /// <summary>Picks of zero experts emptied.</summary>
    public static Tensor WithoutZero(OracleInput input, Tensor experts_NK)
    {
        var isZero = input.Declaration.Experts.SelectMany(group => Enumerable.Repeat(group.Kind == typeof(Zero) ? 1.0 : 0, group.Count));
        var zero_NE = tensor([.. isZero], ScalarType.Float64).expand(experts_NK.shape[0], input.Slots);
        return experts_NK.masked_fill(Pick(zero_NE, experts_NK).gt(Scalars.Zero), Scalars.MinusOne);
    }

    /// <summary>A denominator that is 0 only where its numerators are.</summary>
    public static Tensor NonZero(Tensor sums) => sums.masked_fill(sums.eq(Scalars.Zero), Scalars.One);

    private static (Tensor Logits, Tensor Scores) Score(TopKGateAttribute gate, OracleInput input)
    {
        if (input.Options.Gates.TryGetValue(gate.GetType(), out var own))
        {
            return own(gate, input.Parameters, input.X_ND);
        }

        if (input.Options is { Logits: { } given, Scores: { } scores })
        {
            return (input.Rows(given), input.Rows(scores));
        }

        if (gate.GetType().Assembly != typeof(TopKGateAttribute).Assembly)
        {
            throw new ArgumentException($"{input.Declaration.Name}: {gate.GetType().Name} is not built in; give the oracle its formula in "
                + $"{nameof(OracleOptions)}.{nameof(OracleOptions.Gates)}, or the layer's own {nameof(OracleOptions.Logits)} and "
                + $"{nameof(OracleOptions.Scores)}.");
        }

        var logits = OracleLogits.Of(gate, input);
        return (logits, Scores(gate, logits));
    }

    /// <summary>s of logits.</summary>
    public static Tensor Scores(TopKGateAttribute gate, Tensor logits) => gate switch
    {
        SigmoidGateAttribute => logits.sigmoid(),
        SqrtSoftplusGateAttribute => OracleNoisyTopK.Softplus(logits).sqrt(),
        _ => logits.softmax(1),
    };

    private static Tensor Limit(TopKGateAttribute gate, Tensor selection_NE) => gate switch
    {
        GroupedGateAttribute { PicksPerGroup: > 0 } grouped =>
            OracleRanking.KeepOfEach(selection_NE, grouped.Groups, grouped.PicksPerGroup),
        GroupedGateAttribute { Groups: > 0 } grouped =>
            OracleRanking.KeepGroups(selection_NE, grouped.Groups, grouped.TopGroups, Summed(grouped), grouped.MaskByZero),
        _ => selection_NE,
    };

    /// <summary>How many of its members make the value of a group.</summary>
    private static int Summed(GroupedGateAttribute gate) => gate.GroupValue switch
    {
        GroupValue.Largest => 1,
        GroupValue.TopTwo => 2,
        GroupValue.Sum => int.MaxValue,
        _ => gate is SoftmaxGateAttribute ? 1 : 2,
    };
}
