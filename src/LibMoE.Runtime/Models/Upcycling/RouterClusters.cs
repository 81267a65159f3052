using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Upcycling;

/// <summary>Starts routers at the centres of clusters of what they will see.</summary>
internal static class RouterClusters
{
    private const int Rounds = 10;

    /// <summary>Clusters the inputs of each mixture on calibration text, and makes the centres the rows of its FFN experts.</summary>
    /// <param name="model">The mixture; its routers are changed.</param>
    /// <param name="ids_SL">The text.</param>
    /// <param name="plans">How many FFN experts a layer has, and how many of them share a centre.</param>
    /// <param name="seed">The seed of the clustering.</param>
    /// <exception cref="ConfigurationException">The router does not compare tokens with a row per expert,
    /// or there are too few tokens.</exception>
    public static void Start(LanguageModel model, Tensor ids_SL, UpcyclingPlans plans, long seed)
    {
        using var scope = NewDisposeScope();
        var seen = MoeInputs.Of(model, ids_SL);
        scope.Attach(seen.Select(entry => entry.Inputs_TD));
        // Where blocks differ, those whose gate learns nothing stay as they are.
        var withRouter = seen.Where(entry => entry.Layer.state_dict().ContainsKey("router.weight")).ToList();
        foreach (var (layer, inputs_TD) in withRouter.Count > 0 ? withRouter : seen)
        {
            var plan = plans.Of(layer.Declaration);
            if (!layer.state_dict().TryGetValue("router.weight", out var router_ED) || router_ED.shape[1] != inputs_TD.shape[1])
            {
                throw new ConfigurationException(
                    $"Upcycling:Router is Clusters, but {layer.Declaration.Name}'s router has no row per expert in the tokens' own "
                        + "space; it must be Normal.");
            }

            var count = plan.Experts / plan.Split;
            if (inputs_TD.shape[0] < count)
            {
                throw new ConfigurationException(
                    $"Upcycling:Router is Clusters, and {inputs_TD.shape[0]} tokens make no {count} clusters; take a longer text.");
            }

            var directions_TD = nn.functional.normalize(inputs_TD, 2, -1, 1e-12);
            var centres_RD = Centres(directions_TD, count, seed);

            // Rows get the norm that the declared start gives them on average: std·√D.
            var rows_FD = router_ED.narrow(0, 0, plan.Experts);
            var norm = rows_FD.Squared().sum(1).mean().sqrt();
            rows_FD.copy_(nn.functional.normalize(centres_RD, 2, -1, 1e-12).repeat_interleave(plan.Split, 0) * norm);
        }
    }

    /// <summary>Spherical k-means: the R centres of unit vectors, started at R of them.</summary>
    private static Tensor Centres(Tensor directions_TD, long count, long seed)
    {
        using var generator = ParameterSpec.Generator(seed, "clusters");
        var start = randperm(directions_TD.shape[0], generator: generator).narrow(0, 0, count);
        var centres_RD = directions_TD.index_select(0, start);
        for (var round = 0; round < Rounds; round++)
        {
            var nearest_T = directions_TD.matmul(centres_RD.t()).argmax(1);
            var sums_RD = zeros_like(centres_RD).index_add(0, nearest_T, directions_TD, Scalars.One);
            var empty_R1 = sums_RD.abs().sum(1, keepdim: true).eq(Scalars.Zero);
            centres_RD = nn.functional.normalize(where(empty_R1, centres_RD, sums_RD), 2, -1, 1e-12);
        }

        return centres_RD;
    }
}
