using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Perturbing;

/// <summary>
/// The disturbances that can be tried on a model (LibMoE, arXiv:2411.00918, section 5 and appendix E). What a gate cannot do is left out:
/// without a formula from logits to weights there is no temperature, with one pick or constant weights nothing to make equal. Soft slots
/// pick nothing, and experts that choose tokens cannot be made to take others without losing their even load.
/// </summary>
internal static class Perturbations
{
    private const string OneDropped = "DropTop1";
    private const string TwoDropped = "DropTop1And2";

    private static readonly double[] Temperatures = [0.1, 0.5, 2, 10];

    /// <summary>Everything that makes sense for the model, the same in all its MoE layers; where these differ, what makes sense for
    /// each that has a rule.</summary>
    /// <param name="model">The model.</param>
    /// <param name="seed">Decides the random picks.</param>
    public static IReadOnlyList<Perturbation> Of(LanguageModel model, long seed = 0) => Of(model.MoeLayers, seed);

    /// <inheritdoc cref="Of(LanguageModel, long)"/>
    /// <param name="layers">The model's MoE layers.</param>
    /// <param name="seed">Decides the random picks.</param>
    public static IReadOnlyList<Perturbation> Of(IReadOnlyList<MoeLayer> layers, long seed)
    {
        var ruled = Ruled(layers);
        if (ruled.Count == 0)
        {
            return [];
        }

        return
        [
            .. ruled.All(layer => layer.Choices > layer.Rule.TopK) ? [DropTop(1, OneDropped)] : Array.Empty<Perturbation>(),
            .. ruled.All(layer => layer.Choices > layer.Rule.TopK + 1 && layer.Rule.TopK > 1)
                ? [DropTop(2, TwoDropped)]
                : Array.Empty<Perturbation>(),
            .. ruled.Any(layer => layer.Rule.HasTemperature) ? Temperatures.Select(Temperature) : [],
            .. ruled.Select(layer => OtherK(layer.Rule, layer.Choices)).Aggregate((some, others) => some.Intersect(others)).Select(TopK),
            Random(seed),
            Uniform(),
            .. ruled.Any(layer => layer.Rule.HasWeights) ? [EqualWeights()] : Array.Empty<Perturbation>(),
        ];
    }

    /// <summary>What the experts would allow, but the gate's groups do not: every expert of the kept groups is picked already.</summary>
    public static IReadOnlyList<OmittedPerturbation> Omitted(LanguageModel model) => Omitted(model.MoeLayers, model.Name);

    /// <inheritdoc cref="Omitted(LanguageModel)"/>
    /// <param name="layers">The model's MoE layers.</param>
    /// <param name="name">The variant's name.</param>
    public static IReadOnlyList<OmittedPerturbation> Omitted(IReadOnlyList<MoeLayer> layers, string name)
    {
        if (Ruled(layers) is not [var (rule, experts, choices), ..])
        {
            return [];
        }

        var reason = $"{name} keeps groups of {choices} experts in all for a token, which cannot pick more than these";
        return
        [
            .. choices <= rule.TopK && experts > rule.TopK ? [new(OneDropped, null, reason)] : Array.Empty<OmittedPerturbation>(),
            .. choices <= rule.TopK + 1 && experts > rule.TopK + 1 && rule.TopK > 1
                ? [new(TwoDropped, null, reason)]
                : Array.Empty<OmittedPerturbation>(),
            .. OtherK(rule, experts).Except(OtherK(rule, choices)).Select(k => new OmittedPerturbation("TopK", k, reason)),
        ];
    }

    /// <summary>Every expert of every MoE layer taken away by itself; empty where no next-ranked expert can take its place.</summary>
    public static IReadOnlyList<Perturbation> Ablations(LanguageModel model) => Ablations(model.MoeLayers);

    /// <inheritdoc cref="Ablations(LanguageModel)"/>
    /// <param name="layers">The model's MoE layers.</param>
    public static IReadOnlyList<Perturbation> Ablations(IReadOnlyList<MoeLayer> layers) =>
        [
            .. from layer in layers.Index()
               let experts = layer.Item.Declaration.RoutableExperts
               where GateRule.Of(layer.Item) is { } rule && experts > rule.TopK
               from expert in Enumerable.Range(0, experts)
               select Ablate(layer.Index, expert),
        ];

    /// <summary>The <paramref name="dropped"/> best picks of each token give way to ranks K + 1, …;
    /// weights follow the gate's rule.</summary>
    public static Perturbation DropTop(int dropped, string name) => Changed(name, new PickChange(Dropped: dropped));

    /// <summary>l/τ in place of l: below 1 sharper, above 1 flatter weights; with a bias or groups also other picks.</summary>
    public static Perturbation Temperature(double temperature) =>
        Changed("Temperature", new PickChange(Temperature: temperature), rule => rule.HasTemperature) with { Value = temperature };

    /// <summary>Another number of picks than the model was trained with.</summary>
    public static Perturbation TopK(int k) => Changed("TopK", new PickChange(K: k)) with { Value = k };

    /// <summary>One expert of one layer cannot be picked; the next rank takes its place.</summary>
    public static Perturbation Ablate(int block, int expert) =>
        Changed("Ablate", new PickChange { Without = [expert] }) with { Block = block, Expert = expert };

    /// <summary>Different experts drawn at random for every token; weights follow the gate's rule.</summary>
    public static Perturbation Random(long seed)
    {
        var draws = new Random((int)seed);
        return Of("Random", (layer, own, _) =>
        {
            using var scope = NewDisposeScope();
            var experts = layer.Declaration.RoutableExperts;
            using var generator = new Generator((ulong)draws.NextInt64(), CPU);
            var order_TE = rand([own.Experts!.shape[0], experts], generator: generator).argsort(-1).to(own.Experts.device);
            var picks_TK = order_TE.gather(1, own.Experts.clamp_min(Scalars.Zero))
            .masked_fill(own.Experts.lt(Scalars.Zero), Scalars.MinusOne);
            return InPlace(layer, own, picks_TK.MoveToOuterDisposeScope());
        });
    }

    /// <summary>Token t gets experts t·K, t·K + 1, … modulo E: perfectly even load that knows nothing of the token;
    /// weights follow the gate's rule.</summary>
    public static Perturbation Uniform() => Of("Uniform", (layer, own, _) =>
    {
        using var scope = NewDisposeScope();
        var (tokens, slots) = (own.Experts!.shape[0], own.Experts.shape[1]);
        var turns_TK = TensorMath.Range(tokens * slots, ScalarType.Int64, own.Experts.device).reshape(tokens, slots)
            .Modulo(layer.Declaration.RoutableExperts);
        return InPlace(layer, own, turns_TK.masked_fill(own.Experts.lt(Scalars.Zero), Scalars.MinusOne).MoveToOuterDisposeScope());
    });

    /// <summary>The gate's own picks, each with the mean of the token's weights.</summary>
    public static Perturbation EqualWeights() => Of("EqualWeights", (_, own, _) =>
    {
        using var scope = NewDisposeScope();
        var filled_TK = own.Experts!.ge(Scalars.Zero).to(own.Weights.dtype);
        var mean_T1 = own.Weights.sum(-1, keepdim: true) / filled_TK.sum(-1, keepdim: true).clamp_min(Scalars.One);
        return new Picks(own.Experts.alias().MoveToOuterDisposeScope(), (mean_T1 * filled_TK).MoveToOuterDisposeScope());
    });

    private static Perturbation Changed(string name, PickChange change, Predicate<GateRule>? disturbs = null) =>
        Of(name, (layer, own, ids_SL) => GateRule.Of(layer)!.Pick(own, ids_SL, change), disturbs);

    /// <summary>A disturbance of the layers with a rule, or of some of them; where layers differ, the others pick as they do.</summary>
    private static Perturbation Of(string name, Func<MoeLayer, Routing, Tensor, Picks> reroute, Predicate<GateRule>? disturbs = null) =>
        new(name, (layer, own, ids_SL) => GateRule.Of(layer) is { } rule && disturbs?.Invoke(rule) != false
            ? reroute(layer, own, ids_SL)
            : new Picks(own.Experts!, own.Weights));

    /// <summary>The layers with a rule, how many experts they have, and how many of them a token can pick.</summary>
    private static List<(GateRule Rule, int Experts, int Choices)> Ruled(IReadOnlyList<MoeLayer> layers) =>
    [
        .. from layer in layers
           let rule = GateRule.Of(layer)
           where rule is not null
           let experts = layer.Declaration.RoutableExperts
           select (rule, experts, rule.Choices(experts)),
    ];

    /// <summary>Experts in place of the picks, as many and in the same slots.</summary>
    private static Picks InPlace(MoeLayer layer, Routing own, Tensor experts_TK) =>
        new(experts_TK, GateRule.Of(layer) is { OnlyPicksWeigh: true } ? own.Weights : null);

    /// <summary>Half as many, one fewer, one more and twice as many picks, and one.</summary>
    private static IEnumerable<int> OtherK(GateRule rule, int choices) =>
        new[] { 1, rule.TopK / 2, rule.TopK - 1, rule.TopK, rule.TopK + 1, 2 * rule.TopK }
            .Where(other => other >= 1 && other <= choices && (other != rule.TopK || rule.VariesK))
            .Distinct()
            .Order();
}
