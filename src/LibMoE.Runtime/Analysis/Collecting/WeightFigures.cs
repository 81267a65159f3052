using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>How alike the experts of a layer are in their weights.</summary>
internal static class WeightFigures
{
    /// <summary>By state-dict name, <see cref="WeightSimilarity"/> with experts as rows; of <c>router.weight</c> also with model dimensions
    /// as rows, as LibMoE takes it.</summary>
    public static IReadOnlyDictionary<string, double> Of(MoeLayer layer)
    {
        using var scope = NewDisposeScope();
        var figures = new Dictionary<string, double>();
        foreach (var (name, weight) in layer.named_parameters())
        {
            if (name == "router.weight" && weight.shape[0] > 1)
            {
                figures[name] = WeightSimilarity.Of(weight);
                figures[name + " (dims)"] = WeightSimilarity.Of(weight.t());
            }
            else if (name.StartsWith("experts.", StringComparison.Ordinal) && weight.dim() == 3 && weight.shape[0] > 1)
            {
                figures[name] = WeightSimilarity.Of(weight.reshape(weight.shape[0], -1));
            }
        }

        return figures;
    }
}
