using LibMoE.Runtime.Analysis.Perturbing;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Takes experts away from the tokens of a text. Where the gate ranks experts, the next rank takes the place of one that is vetoed, before
/// the K best are picked, and weights follow the gate's rule; where it ranks none behind its picks (a threshold, a sum of scores, a table),
/// the pick's slot stays empty. Shared experts, which no token picks, cannot be vetoed.
/// </summary>
/// <example>
/// <code>
/// var text = new BatchedText(ids, options) { Reroute = ExpertVetoes.Of(model, [new ExpertVeto(Expert: 3)]) };
/// </code>
/// </example>
public static class ExpertVetoes
{
    /// <summary>The rerouting that obeys vetoes, for <see cref="BatchedText.Reroute"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="vetoes">What is vetoed.</param>
    /// <exception cref="ConfigurationException">There is no such expert, or a layer would keep fewer than a token picks.</exception>
    public static Func<MoeLayer, Routing, Tensor, Picks> Of(LanguageModel model, IReadOnlyList<ExpertVeto> vetoes)
    {
        ConfigurationException.ThrowIfAny(Problems(model, vetoes));
        var removed = model.MoeLayers.Index().ToDictionary(layer => layer.Item, layer => InLayer(vetoes, layer.Index));
        return (layer, own, ids_SL) => removed[layer] is { Count: > 0 } experts ? Without(layer, own, ids_SL, experts)
            : new Picks(own.Experts!, own.Weights);
    }

    /// <summary>What is wrong with vetoes, one sentence each; empty where the model can obey them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="vetoes">What is vetoed.</param>
    public static IReadOnlyList<string> Problems(LanguageModel model, IReadOnlyList<ExpertVeto> vetoes)
    {
        var layers = model.MoeLayers;
        if (layers.Count == 0)
        {
            return [$"{model.Name} has no experts that could be vetoed."];
        }

        var unknown = vetoes.Where(veto => veto.Layer < 0 || veto.Layer >= layers.Count)
            .Select(veto => $"The veto '{veto}' names MoE layer {veto.Layer}; there are 0 to {layers.Count - 1}.")
            .Concat(
                from veto in vetoes
                let experts = Among(layers, veto)
                where veto.Expert < 0 || veto.Expert >= experts
                select $"The veto '{veto}' names expert {veto.Expert}; tokens pick among 0 to {experts - 1}.")
            .ToList();
        return unknown.Count > 0 ? unknown : [.. layers.Index().Select(layer => TooFew(layer.Index, layer.Item, vetoes)).OfType<string>()];
    }

    /// <summary>How many experts there are in the layer that a veto names; of one that names none, in the layer with the fewest.</summary>
    private static int Among(IReadOnlyList<MoeLayer> layers, ExpertVeto veto) => layers.Index()
        .Where(layer => veto.Layer is not { } named || named == layer.Index).Select(layer => layer.Item.Declaration.RoutableExperts)
        .DefaultIfEmpty(int.MaxValue).Min();

    private static string? TooFew(int number, MoeLayer layer, IReadOnlyList<ExpertVeto> vetoes)
    {
        var left = layer.Declaration.RoutableExperts - InLayer(vetoes, number).Count;
        var needed = GateRule.Of(layer)?.TopK ?? 1;
        return left >= needed
            ? null
            : $"The vetoes leave {left} of {layer.Declaration.RoutableExperts} experts in MoE layer {number}, "
                + $"where a token picks {needed}.";
    }

    private static IReadOnlyList<int> InLayer(IReadOnlyList<ExpertVeto> vetoes, int layer) =>
        [.. vetoes.Where(veto => veto.Layer is null || veto.Layer == layer).Select(veto => veto.Expert).Distinct().Order()];

    private static Picks Without(MoeLayer layer, Routing own, Tensor ids_SL, IReadOnlyList<int> experts) =>
        GateRule.Of(layer) is { } rule
            ? rule.Pick(own, ids_SL, new PickChange { Without = experts })
            : new Picks(experts.Aggregate(own.Experts!, (left_TK, expert) => left_TK.masked_fill(left_TK.Is(expert), Scalars.MinusOne)));
}
