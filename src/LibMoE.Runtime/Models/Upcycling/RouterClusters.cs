using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Starts routers at the centres of clusters of what they will see.</summary>
internal static class RouterClusters
{
    private const int Rounds = 10;

    /// <summary>Clusters the inputs of each mixture on calibration text, and makes the centres its router's rows.</summary>
    public static void Start(LanguageModel model, Tensor ids_SL, int split, long seed)
    {
        foreach (var (layer, inputs_TD) in MoeInputs.Of(model, ids_SL))
        {
            using var scope = NewDisposeScope();
            if (layer.state_dict().TryGetValue("router.weight", out var router_ED) && router_ED.shape[1] == inputs_TD.shape[1])
            {
                var directions_TD = nn.functional.normalize(inputs_TD, 2, -1, 1e-12);
                var centres_RD = Centres(directions_TD, router_ED.shape[0] / split, seed);

                // Rows get the norm that the declared start gives them on average: std·√D.
                var norm = router_ED.pow(2).sum(1).mean().sqrt();
                var rows_ED = nn.functional.normalize(centres_RD, 2, -1, 1e-12).repeat_interleave(split, 0) * norm;
                router_ED.copy_(rows_ED);
            }

            inputs_TD.Dispose();
        }
    }

    /// <summary>Spherical k-means: the R centres of unit vectors, started at R of them.</summary>
    private static Tensor Centres(Tensor directions_TD, long count, long seed)
    {
        var start = randperm(directions_TD.shape[0], generator: ParameterSpec.Generator(seed, "clusters")).narrow(0, 0, Math.Min(count, directions_TD.shape[0]));
        var centres_RD = directions_TD.index_select(0, start);
        for (var round = 0; round < Rounds; round++)
        {
            var nearest_T = directions_TD.matmul(centres_RD.t()).argmax(1);
            var sums_RD = zeros_like(centres_RD).index_add(0, nearest_T, directions_TD, 1);
            var empty_R1 = sums_RD.abs().sum(1, keepdim: true).eq(0);
            centres_RD = nn.functional.normalize(where(empty_R1, centres_RD, sums_RD), 2, -1, 1e-12);
        }

        return centres_RD;
    }
}
