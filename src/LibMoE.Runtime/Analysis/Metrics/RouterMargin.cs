using LibMoE.Runtime.Analysis.Metrics;

namespace LibMoE.Runtime;

/// <summary>Router margin (LibMoE, arXiv:2411.00918, appendix E): mean over tokens of the largest minus the second largest.</summary>
/// <remarks>LibMoE's vision log takes it on the weights that are renormalised over the picks; on the scores of all experts it is another
/// number. Both are here.</remarks>
public static class RouterMargin
{
    /// <summary>On the absolute combine weights of the picks, scaled to add up to 1: from 0 to 1. Over the tokens with at least two filled
    /// slots and a weight other than 0; null without one.</summary>
    public static double? OnWeights(PickTable picks)
    {
        var mean = new RunningMean();
        Add(picks, mean);
        return mean.Value;
    }

    /// <summary>On one token's scores over all experts, scaled to add up to 1: from 0 to 1; 0 where they add up to 0.</summary>
    /// <param name="scores_E">At least two scores, at least 0 each.</param>
    public static double OfScores(ReadOnlySpan<double> scores_E)
    {
        var (first, second, total) = (double.NegativeInfinity, double.NegativeInfinity, 0.0);
        foreach (var score in scores_E)
        {
            total += score;
            (first, second) = score > first ? (score, first) : (first, Math.Max(second, score));
        }

        return total > 0 ? (first - second) / total : 0;
    }

    /// <summary>Adds the tokens of one call.</summary>
    internal static void Add(PickTable picks, RunningMean mean)
    {
        var weights = new double[picks.Slots];
        for (var token = 0; token < picks.Tokens; token++)
        {
            picks.CopyMasses(token, weights);
            if (picks.Filled(token, picks.Slots) >= 2 && weights.Sum() > 0)
            {
                mean.Add(OfScores(weights));
            }
        }
    }
}
