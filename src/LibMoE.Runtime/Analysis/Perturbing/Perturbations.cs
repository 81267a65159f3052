using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// The disturbances that can be tried on a model (LibMoE, arXiv:2411.00918, section 5 and appendix E). What a gate cannot do is left out: without a ranking
/// of the experts there is no rank K + 1 and no other K, without a formula from logits to scores no temperature.
/// </summary>
internal static class Perturbations
{
    private static readonly double[] Temperatures = [0.1, 0.5, 2, 10];

    /// <summary>Everything that makes sense for the model, the same in all its MoE layers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="seed">Decides the random picks.</param>
    public static IReadOnlyList<Perturbation> Of(LanguageModel model, long seed = 0)
    {
        if (model.MoeLayers.Count == 0 || !Reroutes(model.MoeLayers[0]))
        {
            return [];
        }

        var experts = model.MoeLayers[0].Declaration.RoutableExperts;
        var any = new[] { Random(seed), Uniform(), EqualWeights() };
        return GateRule.Of(model.MoeLayers[0]) is not { } rule
            ? any
            :
            [
                .. experts > rule.TopK ? [DropTop(1, "DropTop1")] : Array.Empty<Perturbation>(),
                .. experts > rule.TopK + 1 && rule.TopK > 1 ? [DropTop(2, "DropTop1And2")] : Array.Empty<Perturbation>(),
                .. rule.HasTemperature ? Temperatures.Select(Temperature) : [],
                .. OtherK(rule.TopK, experts).Select(TopK),
                .. any,
            ];
    }

    /// <summary>Every expert of every MoE layer taken away by itself; empty where no next-ranked expert can take its place.</summary>
    public static IReadOnlyList<Perturbation> Ablations(LanguageModel model) =>
        model.MoeLayers.Count == 0 || GateRule.Of(model.MoeLayers[0]) is not { } rule || model.MoeLayers[0].Declaration.RoutableExperts <= rule.TopK
            ? []
            :
            [
                .. from block in Enumerable.Range(0, model.MoeLayers.Count)
                   from expert in Enumerable.Range(0, model.MoeLayers[block].Declaration.RoutableExperts)
                   select Ablate(block, expert),
            ];

    /// <summary>The <paramref name="dropped"/> best picks of each token give way to ranks K + 1, …; weights follow the gate's rule.</summary>
    public static Perturbation DropTop(int dropped, string name) => new(name, (layer, own) =>
    {
        var rule = GateRule.Of(layer)!;
        using var ranked_TK = rule.Pick(own, rule.TopK + dropped).Experts;
        return new Picks(ranked_TK.narrow(1, dropped, rule.TopK));
    });

    /// <summary>l/τ in the place of l: below 1 sharper, above 1 flatter weights; with a bias or groups also other picks.</summary>
    public static Perturbation Temperature(double temperature) => new("Temperature", (layer, own) =>
    {
        var rule = GateRule.Of(layer)!;
        return rule.Pick(own, rule.TopK, temperature);
    })
    { Value = temperature };

    /// <summary>Another number of picks than the model was trained with.</summary>
    public static Perturbation TopK(int k) => new("TopK", (layer, own) => GateRule.Of(layer)!.Pick(own, k)) { Value = k };

    /// <summary>One expert of one layer cannot be picked; the next rank takes its place.</summary>
    public static Perturbation Ablate(int block, int expert) => new("Ablate", (layer, own) =>
    {
        var rule = GateRule.Of(layer)!;
        return rule.Pick(own, rule.TopK, without: expert);
    })
    { Block = block, Expert = expert };

    /// <summary>Different experts drawn at random for every token; weights follow the gate's rule.</summary>
    public static Perturbation Random(long seed)
    {
        var draws = new Random((int)seed);
        return new Perturbation("Random", (layer, own) =>
        {
            using var scope = NewDisposeScope();
            var experts = layer.Declaration.RoutableExperts;
            using var generator = new Generator((ulong)draws.NextInt64(), CPU);
            var order_TE = rand([own.Experts!.shape[0], experts], generator: generator).argsort(-1).to(own.Experts.device);
            var picks_TK = order_TE.gather(1, own.Experts.clamp_min(0)).masked_fill(own.Experts.lt(0), -1);
            return new Picks(picks_TK.MoveToOuterDisposeScope());
        });
    }

    /// <summary>Token t gets experts t·K, t·K + 1, … modulo E: perfectly even load that knows nothing of the token; weights follow the gate's rule.</summary>
    public static Perturbation Uniform() => new("Uniform", (layer, own) =>
    {
        using var scope = NewDisposeScope();
        var (tokens, slots) = (own.Experts!.shape[0], own.Experts.shape[1]);
        var turns_TK = arange(tokens * slots, ScalarType.Int64, own.Experts.device).reshape(tokens, slots).remainder(layer.Declaration.RoutableExperts);
        return new Picks(turns_TK.masked_fill(own.Experts.lt(0), -1).MoveToOuterDisposeScope());
    });

    /// <summary>The gate's own picks, each with the mean of the token's weights.</summary>
    public static Perturbation EqualWeights() => new("EqualWeights", (_, own) =>
    {
        using var scope = NewDisposeScope();
        var filled_TK = own.Experts!.ge(0).to(own.Weights.dtype);
        var mean_T1 = own.Weights.sum(-1, keepdim: true) / filled_TK.sum(-1, keepdim: true).clamp_min(1);
        return new Picks(own.Experts.alias().MoveToOuterDisposeScope(), (mean_T1 * filled_TK).MoveToOuterDisposeScope());
    });

    /// <summary>Half as many, one fewer, one more and twice as many picks, and one.</summary>
    private static IEnumerable<int> OtherK(int k, int experts) =>
        new[] { 1, k / 2, k - 1, k + 1, 2 * k }.Where(other => other >= 1 && other <= experts && other != k).Distinct().Order();

    /// <summary>Soft slots pick nothing, and experts that choose tokens cannot be told to take others without losing their even load.</summary>
    private static bool Reroutes(MoeLayer layer) => layer.Declaration.Gate is not (SoftSlotsGateAttribute or ExpertChoiceGateAttribute);
}
