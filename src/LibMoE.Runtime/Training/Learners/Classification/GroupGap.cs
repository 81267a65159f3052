using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners.Classification;

/// <summary>Gaps between groups as terms that have a gradient, and the weights that make group and class independent.</summary>
internal static class GroupGap
{
    /// <summary>
    /// Parity·gap(all) + Odds·(gap(yes is true) + gap(no is true)), where gap(A) = max_g m_g − min_g m_g, m_g the mean probability of yes
    /// over those of A in group g. A group that is absent from A is left out; with fewer than two the gap is 0.
    /// </summary>
    /// <param name="yes_N">The probabilities of yes.</param>
    /// <param name="labels">What is true of each: 1 or 0.</param>
    /// <param name="groups">The group of each.</param>
    /// <param name="config">The coefficients.</param>
    public static Tensor Of(Tensor yes_N, IReadOnlyList<int> labels, IReadOnlyList<int> groups, FairnessConfig config)
    {
        var all = Enumerable.Range(0, labels.Count).ToList();
        var sum = zeros([], dtype: yes_N.dtype, device: yes_N.device);
        if (config.Parity > 0)
        {
            sum = sum.Plus(Gap(all).Times(config.Parity));
        }

        if (config.Odds > 0)
        {
            sum = sum.Plus(
                Gap(all.Where(row => labels[row] == 1)).Plus(Gap(all.Where(row => labels[row] == 0))).Times(config.Odds));
        }

        return sum;

        Tensor Gap(IEnumerable<int> rows)
        {
            Tensor[] means = [.. rows.GroupBy(row => groups[row]).Select(Mean)];
            if (means.Length < 2)
            {
                return zeros([], dtype: yes_N.dtype, device: yes_N.device);
            }

            var means_G = stack(means);
            return means_G.max() - means_G.min();
        }

        Tensor Mean(IEnumerable<int> rows)
        {
            using var rows_M = tensor(rows.Select(row => (long)row).ToArray(), device: yes_N.device);
            return yes_N.index_select(0, rows_M).mean();
        }
    }

    /// <summary>w = P(g)·P(y)/P(g, y) of each training example (Kamiran and Calders 2012); their mean is 1.</summary>
    public static float[] Weights(LabelledRows rows)
    {
        var groups = rows.Groups!;
        var byGroup = groups.CountBy(group => group).ToDictionary();
        var byLabel = rows.Labels.CountBy(label => label).ToDictionary();
        var pairs = groups.Zip(rows.Labels).ToList();
        var byBoth = pairs.CountBy(pair => pair).ToDictionary();
        return [.. pairs.Select(pair =>
            (float)((double)byGroup[pair.First] * byLabel[pair.Second] / ((double)rows.Count * byBoth[pair])))];
    }
}
