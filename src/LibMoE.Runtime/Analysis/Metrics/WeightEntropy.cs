using LibMoE.Runtime.Analysis.Metrics;

namespace LibMoE.Runtime;

/// <summary>
/// Expert weight entropy (LibMoE, arXiv:2411.00918, appendix E): how evenly a token spreads its weight over its picks. With w the absolute
/// combine weights of the token's filled slots, scaled to add up to 1.
/// </summary>
/// <remarks>The paper divides by ln K; the published router statistics hold plain nats. Both are here.</remarks>
public static class WeightEntropy
{
    /// <summary>mean_t H(w_t) in nats, over the tokens with a weight other than 0; null without one.</summary>
    public static double? Nats(PickTable picks) => Measure(picks).Nats.Value;

    /// <summary>mean_t H(w_t)/ln k_t, from 0 to 1, k_t being the filled slots of the token: K where all are filled. Over the tokens with at
    /// least two filled slots and a weight other than 0; null without one (K = 1).</summary>
    public static double? Normalized(PickTable picks) => Measure(picks).Normalized.Value;

    /// <summary>Adds the tokens of one call.</summary>
    internal static void Add(PickTable picks, RunningMean nats, RunningMean normalized)
    {
        var weights = new double[picks.Slots];
        for (var token = 0; token < picks.Tokens; token++)
        {
            picks.CopyMasses(token, weights);
            if (weights.Sum() == 0)
            {
                continue;
            }

            var (entropy, filled) = (Entropy.Of(weights), picks.Filled(token, picks.Slots));
            nats.Add(entropy);
            if (filled >= 2)
            {
                normalized.Add(entropy / Math.Log(filled));
            }
        }
    }

    private static (RunningMean Nats, RunningMean Normalized) Measure(PickTable picks)
    {
        var (nats, normalized) = (new RunningMean(), new RunningMean());
        Add(picks, nats, normalized);
        return (nats, normalized);
    }
}
