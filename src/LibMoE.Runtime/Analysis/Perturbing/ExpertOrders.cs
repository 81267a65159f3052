using LibMoE.Runtime.Analysis.Perturbing;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Has a person's order on experts obeyed. Where the gate ranks experts, the next rank takes the place of one that is vetoed, before the K
/// best are picked, and weights follow the gate's rule; where it ranks none behind its picks (a threshold, a sum of scores, a table), the
/// pick's slot stays empty. A forced expert takes the place of a token's last pick, and has the weight that the gate's rule gives it; gates
/// whose picks decide their weights (ternary, ReLU) cannot be forced. Shared experts, which no token picks, can be neither vetoed nor
/// forced.
/// </summary>
/// <example>
/// <code>
/// var order = new ExpertOrder { Vetoed = [new ExpertName(Expert: 3)] };
/// var text = new BatchedText(ids, options) { Reroute = ExpertOrders.Of(model, order) };
/// </code>
/// </example>
public static class ExpertOrders
{
    /// <summary>The rerouting that obeys an order, for <see cref="BatchedText.Reroute"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="order">The order.</param>
    /// <exception cref="ConfigurationException">There is no such expert, a layer would keep fewer than a token picks, or more are forced
    /// than it picks.</exception>
    public static Func<MoeLayer, Routing, Tensor, Picks> Of(LanguageModel model, ExpertOrder order)
    {
        ConfigurationException.ThrowIfAny(ExpertOrderCheck.Problems(model, order));
        var layers = model.MoeLayers.Index().ToDictionary(
            layer => layer.Item, layer => (Vetoed: In(layer.Index, order.Vetoed), Forced: In(layer.Index, order.Forced)));
        return (layer, own, ids_SL) => layers[layer] switch
        {
            ([], []) => new Picks(own.Experts!, own.Weights),
            (var vetoed, []) => Without(layer, own, ids_SL, vetoed),
            ([], var forced) => new Picks(Forced(own.Experts!, forced)),
            var (vetoed, forced) => new Picks(Forced(Without(layer, own, ids_SL, vetoed).Experts, forced)),
        };
    }

    /// <summary>What is wrong with an order, one sentence each; empty where the model can obey it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="order">The order.</param>
    public static IReadOnlyList<string> Problems(LanguageModel model, ExpertOrder order) => ExpertOrderCheck.Problems(model, order);

    /// <summary>The numbers of the experts that are named in a MoE layer.</summary>
    internal static IReadOnlyList<int> In(int layer, IReadOnlyList<ExpertName> names) =>
        [.. names.Where(name => name.IsIn(layer)).Select(name => name.Expert).Distinct().Order()];

    private static Picks Without(MoeLayer layer, Routing own, Tensor ids_SL, IReadOnlyList<int> experts) =>
        GateRule.Of(layer)?.Pick(own, ids_SL, new PickChange { Without = experts })
            ?? new Picks(experts.Aggregate(own.Experts!, Removed));

    /// <summary>Forced experts first, then the picks that there were, best first, as many in all as before.</summary>
    private static Tensor Forced(Tensor experts_TK, IReadOnlyList<int> forced)
    {
        using var scope = NewDisposeScope();
        var forced_TM = tensor([.. forced.Select(expert => (long)expert)], [1, forced.Count], device: experts_TK.device)
            .expand(experts_TK.shape[0], -1);
        var all_TN = cat([forced_TM, forced.Aggregate(experts_TK, Removed)], 1);
        var (_, order_TN) = sort(all_TN.lt(Scalars.Zero).to(ScalarType.Int32), dim: 1, stable: true);
        return all_TN.gather(1, order_TN).narrow(1, 0, Math.Max(forced.Count, experts_TK.shape[1])).MoveToOuterDisposeScope();
    }

    private static Tensor Removed(Tensor experts_TK, int expert) => experts_TK.masked_fill(experts_TK.Is(expert), Scalars.MinusOne);
}
