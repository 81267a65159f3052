using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Distilling;

/// <summary>Which experts of a teacher speak, as picks in the place of its gate's.</summary>
internal static class TeacherPicks
{
    private const double SmallestUniform = 1e-300;

    /// <summary>The picks; null where the gate's own stay.</summary>
    /// <param name="routing">Which experts speak.</param>
    /// <param name="seed">The seed of the training, from which draws follow,</param>
    /// <param name="position">and the number of the first example.</param>
    public static Func<Routing, Picks>? Of(TeacherRouting routing, long seed, long position)
    {
        if (routing == TeacherRouting.Picked)
        {
            return null;
        }

        // One layer after the other asks, in the same order each time.
        var draws = new Random((int)BatchParts.NoiseSeed(seed, position, part: 0));
        return own => own.Scores is not { } scores_TE
            ? new Picks(own.Experts!, own.Weights)
            : new Picks(routing == TeacherRouting.All ? All(scores_TE) : Sampled(scores_TE, own.Weights.shape[1], draws));
    }

    private static Tensor All(Tensor scores_TE)
    {
        var all_E = tensor(Enumerable.Range(0, (int)scores_TE.shape[1]).Select(expert => (long)expert).ToArray(), device: scores_TE.device);
        return all_E.expand(scores_TE.shape[0], -1);
    }

    /// <summary>K experts of each token without repeats, one after the other by the scores of those that are left: the K largest of
    /// log s − log(−log u) with u from U(0, 1) (Gumbel top-k; Kool, van Hoof and Welling 2019).</summary>
    /// <param name="scores_TE">Scores from 0 up.</param>
    /// <param name="k">K.</param>
    /// <param name="draws">Gives u.</param>
    public static Tensor Sampled(Tensor scores_TE, long k, Random draws)
    {
        var noise = new double[scores_TE.shape[0] * scores_TE.shape[1]];
        for (var at = 0; at < noise.Length; at++)
        {
            noise[at] = -Math.Log(-Math.Log(Math.Max(draws.NextDouble(), SmallestUniform)));
        }

        var keys_TE = scores_TE.to(ScalarType.Float64).log().Plus(tensor(noise, scores_TE.shape).to(scores_TE.device));
        return keys_TE.topk((int)k, dim: 1).indexes;
    }
}
