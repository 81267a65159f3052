using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Evaluation.Metrics;

/// <summary>All metrics of a task's outcome.</summary>
internal sealed class TaskMetrics
{
    private readonly EvaluationTask _task;
    private readonly IReadOnlyList<ItemOutcome> _items;
    private readonly SortedDictionary<string, List<ItemOutcome>> _groups = new(StringComparer.Ordinal);

    public TaskMetrics(EvaluationTask task, IReadOnlyList<ItemOutcome> items)
    {
        (_task, _items) = (task, items);
        foreach (var group in items.GroupBy(item => item.Group))
        {
            _groups.Add(group.Key, [.. group]);
        }
    }

    private bool HasGroups => _task.Group is not null;

    /// <summary>Every metric of the task's form, pooled and, where the task has groups, as a mean over groups;
    /// the task's own first.</summary>
    public IReadOnlyList<MetricResult> All()
    {
        MeanKind[] means = HasGroups ? [MeanKind.Macro, MeanKind.Pooled] : [MeanKind.Pooled];
        var results = means.SelectMany(All);
        return [.. results.OrderByDescending(result => result.Name == _task.Metric && result.Mean == _task.Mean)
            .ThenBy(result => MetricNames.Of(_task.Form).ToList().IndexOf(result.Name))];
    }

    /// <summary>The task's own metric, group by group.</summary>
    public IReadOnlyDictionary<string, GroupResult> Groups()
    {
        var metric = Metric.All[_task.Metric];
        return HasGroups ? _groups.ToDictionary(group => group.Key, group => Result(group.Value)) : new Dictionary<string, GroupResult>();

        GroupResult Result(List<ItemOutcome> items)
        {
            var ratio = RatioEstimate.Of(items.ConvertAll(item => metric.Terms(item)));
            return new GroupResult(items.Count, metric.Value(ratio.Value), Error(metric, ratio));
        }
    }

    private MetricResult Result(Metric metric, MeanKind mean, double? spread)
    {
        var ratio = mean == MeanKind.Pooled
            ? RatioEstimate.Of([.. _items.Select(metric.Terms)])
            : RatioEstimate.Macro([.. _groups.Values.Select(group => group.ConvertAll(item => metric.Terms(item)))]);
        return new MetricResult
        {
            Name = metric.Name,
            Mean = mean,
            Value = metric.Value(ratio.Value),
            StdErr = Error(metric, ratio),
            BootstrapStdErr = spread,
            Chance = Chance(metric, mean),
            HigherIsBetter = MetricNames.HigherIsBetter(metric.Name),
        };
    }

    /// <summary>The mean of 1/options: items of one task may have different numbers of options.</summary>
    private double? Chance(Metric metric, MeanKind mean)
    {
        if (!metric.IsShare || _task.Choices.Count == 0)
        {
            return null;
        }

        return mean == MeanKind.Pooled ? Over(_items) : _groups.Values.Average(Over);

        static double Over(IReadOnlyList<ItemOutcome> items) => items.Average(item => 1.0 / item.LogLikelihoods.Length);
    }

    private static double? Error(Metric metric, RatioEstimate ratio) =>
        double.IsNaN(ratio.StdErr) ? null : metric.Slope(ratio.Value) * ratio.StdErr;

    private IEnumerable<MetricResult> All(MeanKind mean)
    {
        var metrics = MetricNames.Of(_task.Form).Select(name => Metric.All[name]).ToList();
        var spreads = _items.Count > 1 ? Spreads(metrics, mean) : null;
        return metrics.Select((metric, index) => Result(metric, mean, spreads?[index]));
    }

    /// <summary>Items are redrawn within their groups for a mean over groups, from all items for a pooled one.</summary>
    private double[] Spreads(List<Metric> metrics, MeanKind mean)
    {
        var strata = Strata.Of<ItemOutcome>(mean == MeanKind.Macro ? [.. _groups.Values] : [_items]);
        var figures = metrics.ConvertAll(metric =>
        {
            var terms = strata.Select(stratum => stratum.Select(item => Weighted(metric.Terms(item.Item), item.Weight)).ToArray()).ToList();
            return (Func<IReadOnlyList<int[]>, double>)(counts => metric.Value(
                terms.Select((group, index) => Ratio(group, counts[index])).Average()));
        });
        return Bootstrap.StdErrs([.. strata.Select(stratum => stratum.Count)], seed: 0, figures);

        static (double A, double B) Weighted((double A, double B) terms, double weight) => (weight * terms.A, weight * terms.B);
    }

    private static double Ratio((double A, double B)[] terms, int[] counts)
    {
        var (a, b) = (0.0, 0.0);
        for (var item = 0; item < counts.Length; item++)
        {
            (a, b) = (a + counts[item] * terms[item].A, b + counts[item] * terms[item].B);
        }

        return a / b;
    }
}
