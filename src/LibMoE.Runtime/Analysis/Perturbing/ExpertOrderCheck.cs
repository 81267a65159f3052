namespace LibMoE.Runtime.Analysis.Perturbing;

/// <summary>Whether a model can obey an order on its experts.</summary>
internal static class ExpertOrderCheck
{
    /// <summary>What is wrong, one sentence each; empty where it can.</summary>
    public static IReadOnlyList<string> Problems(LanguageModel model, ExpertOrder order)
    {
        var layers = model.MoeLayers;
        if (layers.Count == 0)
        {
            return [$"{model.Name} has no experts that could be vetoed or forced."];
        }

        List<string> unknown = [.. Unknown("veto", order.Vetoed, layers), .. Unknown("forced expert", order.Forced, layers)];
        return unknown.Count > 0
            ? unknown
            : [.. layers.Index().SelectMany(layer => InLayer(layer.Index, layer.Item, order))];
    }

    private static IEnumerable<string> Unknown(string word, IReadOnlyList<ExpertName> names, IReadOnlyList<MoeLayer> layers) =>
        names.Where(name => name.Layer < 0 || name.Layer >= layers.Count)
            .Select(name => $"The {word} '{name}' names MoE layer {name.Layer}; there are 0 to {layers.Count - 1}.")
            .Concat(
                from name in names
                let experts = Among(layers, name)
                where name.Expert < 0 || name.Expert >= experts
                select $"The {word} '{name}' names expert {name.Expert}; tokens pick among 0 to {experts - 1}.");

    /// <summary>How many experts there are in the layer that is named; of a name without one, in the layer with the fewest.</summary>
    private static int Among(IReadOnlyList<MoeLayer> layers, ExpertName name) => layers.Index()
        .Where(layer => name.IsIn(layer.Index)).Select(layer => layer.Item.Declaration.RoutableExperts)
        .DefaultIfEmpty(int.MaxValue).Min();

    private static IEnumerable<string> InLayer(int number, MoeLayer layer, ExpertOrder order)
    {
        var (vetoed, forced) = (ExpertOrders.In(number, order.Vetoed), ExpertOrders.In(number, order.Forced));
        foreach (var both in vetoed.Intersect(forced))
        {
            yield return $"Expert {both} of MoE layer {number} is both vetoed and forced.";
        }

        var picks = GateRule.Of(layer)?.TopK;
        var experts = layer.Declaration.RoutableExperts;
        if (experts - vetoed.Count < (picks ?? 1))
        {
            yield return $"The vetoes leave {experts - vetoed.Count} of {experts} experts in MoE layer {number}, "
                + $"where a token picks {picks ?? 1}.";
        }

        if (forced.Count > 0 && GateRule.Of(layer) is TernaryRule or ReluRule)
        {
            yield return $"No expert can be forced in MoE layer {number}: its gate gives a weight to its own picks alone.";
        }

        if (forced.Count > (picks ?? experts))
        {
            yield return $"{forced.Count} experts are forced in MoE layer {number}, where a token picks {picks}.";
        }
    }
}
