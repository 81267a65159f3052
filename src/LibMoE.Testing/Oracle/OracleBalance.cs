using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>The balancing terms by attribute type, without their coefficient. f carries no gradient, P does.</summary>
internal static class OracleBalance
{
    private static readonly Dictionary<Type, OracleTerm> Terms = new()
    {
        [typeof(SwitchBalanceAttribute)] = (_, routing) => Switch(routing),
        // One call is a step of one micro-batch.
        [typeof(GlobalBatchBalanceAttribute)] = (_, routing) => Switch(routing),
        [typeof(SequenceBalanceAttribute)] = (term, routing) =>
            MeanOverSequences(((SequenceBalanceAttribute)term).Picks == BalancePicks.Unbiased ? Unbiased(routing) : routing, Switch),
        [typeof(Top1BalanceAttribute)] = (_, routing) => MeanOverSequences(routing, Top1),
        [typeof(EntropyBalanceAttribute)] = (term, routing) => Entropy(((EntropyBalanceAttribute)term).Over, routing),
        [typeof(ImportanceBalanceAttribute)] = (_, routing) => Importance(routing),
        [typeof(LoadBalanceAttribute)] = (_, routing) => SquaredVariation(SmoothLoad(routing).sum(dim: 0)),
        [typeof(RouterZLossAttribute)] = (_, routing) => Logits(routing).logsumexp(1).Squared().mean(),
        [typeof(HeterogeneousBalanceAttribute)] = (term, routing) => Heterogeneous(((HeterogeneousBalanceAttribute)term).Tau, routing),
        [typeof(DiversityLossAttribute)] = (_, routing) => OracleDiversity.Loss(routing),
    };

    /// <summary>All terms of the declaration with their coefficients, by key.</summary>
    public static Dictionary<string, Tensor> Losses(OracleRouting routing, OracleOptions options)
    {
        var losses = new Dictionary<string, Tensor>();
        foreach (var attribute in routing.Declaration.Balance.Where(attribute => attribute is not BiasBalanceAttribute))
        {
            var type = attribute.GetType();
            var term = options.Terms.GetValueOrDefault(type) ?? Terms.GetValueOrDefault(type) ?? throw new ArgumentException(
                $"{routing.Declaration.Name}: {type.Name} is not built in; give the oracle its formula in "
                + $"{nameof(OracleOptions)}.{nameof(OracleOptions.Terms)}.");
            var value = routing.Sequences.Count == 0 ? zeros([], ScalarType.Float64) : term(attribute, routing);
            losses.Add(Key(attribute, losses), value.Times(attribute.Coefficient));
        }

        return losses;
    }

    /// <summary>The attribute's name without suffix, what an entropy is over, and #2 for a repeat.</summary>
    public static string Key(BalanceAttribute attribute, IReadOnlyDictionary<string, Tensor> before)
    {
        var name = attribute.GetType().Name;
        name = name.EndsWith("Attribute", StringComparison.Ordinal) ? name[..^"Attribute".Length] : name;
        name += attribute is EntropyBalanceAttribute entropy ? $".{entropy.Over}" : "";
        var key = name;
        for (var repeat = 2; before.ContainsKey(key); repeat++)
        {
            key = $"{name}#{repeat}";
        }

        return key;
    }

    private static Tensor Switch(OracleRouting routing) =>
        (Share(routing, routing.Experts!) * MeanScores(routing)).sum().Times(routing.Slots);

    /// <summary>The K largest scores in place of the picks.</summary>
    private static OracleRouting Unbiased(OracleRouting routing) =>
        routing with { Experts = OracleRanking.Top(routing.Scores!, OracleShape.Picks(routing.Declaration)) };

    private static Tensor Top1(OracleRouting routing) =>
        (Share(routing, routing.Experts!.narrow(1, 0, 1)) * Normalized(routing.Probabilities!).mean([0])).sum().Times(routing.Slots);

    private static Tensor Importance(OracleRouting routing) =>
        SquaredVariation(Spread(routing, routing.Experts!, routing.Weights!).sum(dim: 0));

    private static Tensor Heterogeneous(double tau, OracleRouting routing)
    {
        var eta = routing.Declaration.Experts
            .SelectMany(group => Enumerable.Repeat(OracleExperts.IsZeroCompute(group.Kind) ? tau : 1, group.Count));
        return (tensor([.. eta], ScalarType.Float64) * Share(routing, routing.Experts!) * MeanScores(routing)).sum().Times(routing.Slots);
    }

    private static Tensor Entropy(Over over, OracleRouting routing) => over switch
    {
        Over.Token => NegativeEntropy(Logits(routing).softmax(1)),
        Over.Sequence => MeanOverSequences(routing, MeanEntropy),
        _ => MeanEntropy(routing),
    };

    private static Tensor MeanEntropy(OracleRouting routing) => NegativeEntropy(Logits(routing).softmax(1).mean([0], keepdim: true));

    /// <summary>The mean over rows of Σ p·ln p, with 0·ln 0 = 0.</summary>
    private static Tensor NegativeEntropy(Tensor p_NE) => (p_NE * p_NE.AtLeast(double.Epsilon).log()).sum(1).mean();

    /// <summary>Shazeer's smooth load: the probability that an expert is picked if its own noise is drawn again.</summary>
    private static Tensor SmoothLoad(OracleRouting routing)
    {
        var noise = routing.Noise
            ?? throw new ArgumentException($"{routing.Declaration.Name}: LoadBalance needs the noise of NoisyTopKGate.");
        var k = OracleShape.Picks(routing.Declaration);
        if (k == routing.Slots)
        {
            return ones_like(noise.Clean);
        }

        var sorted = noise.Noisy.sort(1, descending: true).Values;
        var (kth, next) = (sorted.narrow(1, k - 1, 1), sorted.narrow(1, k, 1));
        var others = noise.Noisy.gt(next).to(ScalarType.Float64);
        var threshold = (others * next).Plus(others.OneMinus() * kth);
        var scale = noise.Scale.maximum(tensor(1e-6, ScalarType.Float64));
        return ((noise.Clean - threshold) / scale).Over(Math.Sqrt(2)).erf().Plus(1).Times(0.5);
    }

    /// <summary>f: each expert's share of the picks.</summary>
    private static Tensor Share(OracleRouting routing, Tensor experts_NK)
    {
        var counts = Spread(routing, experts_NK, ones(experts_NK.shape, ScalarType.Float64)).sum(dim: 0).detach();
        return counts / counts.sum().clamp_min(Scalars.One);
    }

    /// <summary>P: the mean share of scores.</summary>
    private static Tensor MeanScores(OracleRouting routing) => Normalized(routing.Scores
        ?? throw new ArgumentException($"{routing.Declaration.Name}: the gate makes no scores, which a balancing term needs.")).mean([0]);

    private static Tensor Normalized(Tensor scores_NE) => scores_NE / OracleTopK.NonZero(scores_NE.sum(1, keepdim: true));

    private static Tensor Logits(OracleRouting routing) => routing.Logits
        ?? throw new ArgumentException($"{routing.Declaration.Name}: the gate makes no logits, which a balancing term needs.");

    /// <summary>Values per pick [N, K] to values per expert [N, E]; an expert picked twice gets the sum, empty picks go nowhere.</summary>
    public static Tensor Spread(OracleRouting routing, Tensor experts_NK, Tensor values_NK) =>
        zeros([experts_NK.shape[0], routing.Slots], ScalarType.Float64)
            .scatter_add(1, experts_NK.clamp_min(Scalars.Zero), values_NK.masked_fill(experts_NK.lt(Scalars.Zero), Scalars.Zero));

    private static Tensor MeanOverSequences(OracleRouting routing, Func<OracleRouting, Tensor> value) =>
        stack([.. routing.PerSequence().Select(value)]).mean();

    /// <summary>CV² with the population variance.</summary>
    /// <summary>Values that are all 0, as those of a ReLU gate that picks nothing, do not vary.</summary>
    private static Tensor SquaredVariation(Tensor values_E)
    {
        var mean = values_E.mean();
        return mean.item<double>() == 0 ? mean.Times(0) : (values_E - mean).Squared().mean() / mean.Squared();
    }
}
