using LibMoE.Runtime.Evaluation.Metrics;
using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Evaluation.Comparing;

/// <summary>The items that two models answered, by sampling unit, with both models' terms of the task's own metric for every
/// seed.</summary>
internal sealed class PairedItems
{
    private readonly Metric _metric;
    private readonly MeanKind _mean;
    private readonly List<List<Pair>> _groups;
    private readonly int _seeds;

    private PairedItems(Metric metric, MeanKind mean, List<List<Pair>> groups, int seeds) =>
        (_metric, _mean, _groups, _seeds) = (metric, mean, groups, seeds);

    /// <summary>How many units; mostly each is an item.</summary>
    public int Count => _groups.Sum(group => group.Count);

    /// <summary>How many units each group has.</summary>
    public IReadOnlyList<int> Sizes => [.. _groups.Select(group => group.Count)];

    /// <summary>Pairs outcomes.</summary>
    /// <exception cref="ArgumentException">The numbers of seeds differ, or no item was answered in all of the outcomes.</exception>
    public static PairedItems Of(EvaluationTask task, IReadOnlyList<TaskOutcome> ours, IReadOnlyList<TaskOutcome> theirs)
    {
        if (ours.Count != theirs.Count || ours.Count == 0)
        {
            throw new ArgumentException(
                $"A paired comparison needs the same seeds of both models; there are {ours.Count} and {theirs.Count}.");
        }

        var metric = Metric.All[task.Metric];
        var byIndex = ours.Concat(theirs).Select(outcome =>
            metric.Counted([.. outcome.Items, .. outcome.Unanswered]).ToDictionary(item => item.Index)).ToList();
        var common = byIndex[0].Values.Where(item => byIndex.TrueForAll(outcome => outcome.ContainsKey(item.Index)))
            .OrderBy(item => item.Index).ToList();
        if (common.Count == 0)
        {
            throw new ArgumentException($"No item of '{task.Name}' was answered by both models.");
        }

        var mean = task.Group is null ? MeanKind.Pooled : task.Mean;
        var groups = common.GroupBy(item => mean == MeanKind.Macro ? item.Group : "", StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (IReadOnlyList<Pair>)[.. SamplingUnits.Of(group).Select(ToPair)]).ToList();
        var strata = Strata.Of(groups).Select(stratum => stratum.Select(pair => pair.Item with { Weight = pair.Weight }).ToList()).ToList();
        return new PairedItems(metric, mean, strata, ours.Count);

        Pair ToPair(IReadOnlyList<ItemOutcome> unit)
        {
            var terms = byIndex.ConvertAll(outcome => metric.Terms([.. unit.Select(item => outcome[item.Index])]));
            return new Pair([.. terms.Take(ours.Count)], [.. terms.Skip(ours.Count)]);
        }
    }

    /// <summary>Each seed's difference of the metric.</summary>
    public double[] SeedDifferences()
    {
        var once = _groups.ConvertAll(group => group.ConvertAll(_ => 1).ToArray());
        return [.. Enumerable.Range(0, _seeds).Select(seed => Difference(once, seed))];
    }

    /// <summary>The difference, mean over seeds, where every item counts as often as it was drawn.</summary>
    public double Difference(IReadOnlyList<int[]> counts) => Enumerable.Range(0, _seeds).Average(seed => Difference(counts, seed));

    /// <summary>How many units only our model, and only the other, has right; null unless there is one seed of a pooled share, each unit
    /// right or wrong.</summary>
    public (int Ours, int Theirs)? RightAlone()
    {
        if (_seeds != 1 || !_metric.IsShare || _mean != MeanKind.Pooled
            || !_groups.TrueForAll(group => group.TrueForAll(pair => IsRightOrWrong(pair.Ours[0]) && IsRightOrWrong(pair.Theirs[0]))))
        {
            return null;
        }

        var pairs = _groups.SelectMany(group => group).Select(pair => pair.Ours[0].A - pair.Theirs[0].A).ToList();
        return (pairs.Count(difference => difference > 0), pairs.Count(difference => difference < 0));
    }

    private static bool IsRightOrWrong((double A, double B) terms) => terms is (0.0 or 1.0, 1.0);

    private double Difference(IReadOnlyList<int[]> counts, int seed)
    {
        var groups = _groups.Select((group, index) => (Ours: Ratio(group, counts[index], pair => pair.Ours[seed]),
            Theirs: Ratio(group, counts[index], pair => pair.Theirs[seed]))).ToList();
        return _metric.Value(groups.Average(group => group.Ours)) - _metric.Value(groups.Average(group => group.Theirs));
    }

    private static double Ratio(List<Pair> pairs, int[] counts, Func<Pair, (double A, double B)> terms)
    {
        var (a, b) = (0.0, 0.0);
        for (var item = 0; item < counts.Length; item++)
        {
            var term = terms(pairs[item]);
            var weight = counts[item] * pairs[item].Weight;
            (a, b) = (a + weight * term.A, b + weight * term.B);
        }

        return b == 0 ? 0 : a / b;
    }

    private sealed record Pair((double A, double B)[] Ours, (double A, double B)[] Theirs, double Weight = 1);
}
