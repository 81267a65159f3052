namespace Domains;

/// <summary>How much experts tell of the class of an item: of an image by its patches, of a sentence by its tokens.</summary>
internal static class ClassInformation
{
    /// <summary>I(E; C) = Σ p(e, c)·ln(p(e, c)/(p(e)·p(c))) in nats, over all picks of all items.</summary>
    /// <param name="picks_NE">How often each item picked each expert.</param>
    /// <param name="labels_N">The class of each item.</param>
    /// <param name="classes">How many classes there are.</param>
    public static double Of(IReadOnlyList<int[]> picks_NE, IReadOnlyList<int> labels_N, int classes)
    {
        var experts = picks_NE[0].Length;
        var (both_CE, expert_E, class_C, all) = (new double[classes * experts], new double[experts], new double[classes], 0.0);
        for (var item = 0; item < labels_N.Count; item++)
        {
            for (var expert = 0; expert < experts; expert++)
            {
                var picks = picks_NE[item][expert];
                both_CE[labels_N[item] * experts + expert] += picks;
                expert_E[expert] += picks;
                class_C[labels_N[item]] += picks;
                all += picks;
            }
        }

        return both_CE.Select((both, i) =>
            both == 0 ? 0 : both / all * Math.Log(both * all / (expert_E[i % experts] * class_C[i / experts]))).Sum();
    }

    /// <summary>The same with classes that change places among the items, so often.</summary>
    /// <param name="picks_NE">How often each item picked each expert.</param>
    /// <param name="labels_N">The class of each item.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="times">How often.</param>
    /// <param name="alike_N">Something else of each item: places are changed only among items that have it in common, so that what it does
    /// to experts is not taken for chance. Null: among all.</param>
    public static IReadOnlyList<double> Permuted(
        IReadOnlyList<int[]> picks_NE, IReadOnlyList<int> labels_N, int classes, int times, IReadOnlyList<int>? alike_N = null)
    {
        var random = new Random(0);
        int[] moved = [.. labels_N];
        int[][] groups = [.. Enumerable.Range(0, moved.Length).GroupBy(item => alike_N?[item] ?? 0).Select(group => group.ToArray())];
        return [.. Enumerable.Range(0, times).Select(_ =>
        {
            foreach (var items in groups)
            {
                int[] shuffled = [.. items.Select(item => moved[item])];
                random.Shuffle(shuffled);
                foreach (var (item, label) in items.Zip(shuffled))
                {
                    moved[item] = label;
                }
            }

            return Of(picks_NE, moved, classes);
        })];
    }
}
