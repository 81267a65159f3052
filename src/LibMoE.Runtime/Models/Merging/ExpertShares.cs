using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Merging;

/// <summary>How much each expert of a mixture gives on a text.</summary>
internal static class ExpertShares
{
    private const int Batch = 8;

    /// <summary>c_e of each MoE layer: the mean of an expert's combine weights over all tokens, 0 where it was not picked.</summary>
    /// <param name="mixture">A mixture whose tokens pick experts.</param>
    /// <param name="ids_SL">Token ids, int64 [S, L].</param>
    public static IReadOnlyList<double[]> Of(LanguageModel mixture, Tensor ids_SL)
    {
        using var quiet = no_grad();
        var shares = mixture.MoeLayers.Select(layer => new double[layer.Declaration.RoutableExperts]).ToList();
        for (var first = 0L; first < ids_SL.shape[0]; first += Batch)
        {
            using var scope = NewDisposeScope();
            var batch_SL = ids_SL.narrow(0, first, Math.Min(Batch, ids_SL.shape[0] - first));
            var routings = mixture.forward(batch_SL, new MoeContext { Losses = false }).Routings;
            foreach (var (share_E, routing) in shares.Zip(routings))
            {
                Add(share_E, routing);
            }
        }

        return [.. shares.Select(share_E => share_E.Select(sum => sum / ids_SL.numel()).ToArray())];
    }

    private static void Add(double[] share_E, Routing routing)
    {
        var experts = routing.Experts!.reshape(-1).cpu().data<long>().ToArray();
        var weights = routing.Weights.reshape(-1).to(ScalarType.Float64).cpu().data<double>().ToArray();
        foreach (var (expert, weight) in experts.Zip(weights).Where(pick => pick.First >= 0))
        {
            share_E[expert] += weight;
        }
    }
}
