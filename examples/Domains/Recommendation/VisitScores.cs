using LibMoE.Runtime;
using static TorchSharp.torch;

namespace Recommendation;

/// <summary>What scores of all areas come to, [N, areas].</summary>
internal static class VisitScores
{
    /// <summary>−Σ ln p of the areas of each visitor over their number, [N].</summary>
    public static Tensor Likelihood(Tensor logits_NI, Tensor areas_NI) =>
        (logits_NI.log_softmax(-1) * areas_NI).sum([1]).negative() / areas_NI.sum([1]);

    /// <summary>All areas, best first, with those that were given last; ties go to the first.</summary>
    public static List<int[]> Ranked(Tensor scores_NI, Tensor given_NI)
    {
        var open_NI = scores_NI.to(ScalarType.Float64).cpu() - given_NI.Times(1e12);
        long[] order = [.. open_NI.argsort(1, descending: true).flatten().data<long>()];
        return [.. order.Chunk((int)scores_NI.shape[1]).Select(areas => areas.Select(area => (int)area).ToArray())];
    }
}
