namespace LibMoE.Runtime;

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

    /// <summary>Every metric of the task's form, pooled and, where the task has groups, as a mean over groups; the task's own first.</summary>
    public IReadOnlyList<MetricResult> All()
    {
        MeanKind[] means = HasGroups ? [MeanKind.Macro, MeanKind.Pooled] : [MeanKind.Pooled];
        var wanted = MetricNames.Of(_task.Form).SelectMany(name => means.Select(mean => (Metric: Metric.All[name], Mean: mean)))
            .OrderByDescending(pair => pair.Metric.Name == _task.Metric && pair.Mean == _task.Mean).ToList();
        var spreads = _items.Count > 1 ? Spreads(wanted) : null;
        return [.. wanted.Select((pair, index) => Result(pair.Metric, pair.Mean, spreads?[index]))];
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
            : RatioEstimate.Macro([.. _groups.Values.Select(group => RatioEstimate.Of(group.ConvertAll(item => metric.Terms(item))))]);
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

    private double[] Spreads(List<(Metric Metric, MeanKind Mean)> wanted)
    {
        var figures = wanted.ConvertAll(pair =>
        {
            var terms = _groups.Values.Select(group => group.Select(pair.Metric.Terms).ToArray()).ToList();
            return (Func<IReadOnlyList<int[]>, double>)(counts => pair.Metric.Value(Figure(terms, counts, pair.Mean)));
        });
        return Bootstrap.StdErrs([.. _groups.Values.Select(group => group.Count)], seed: 0, figures);
    }

    private static double Figure(List<(double A, double B)[]> terms, IReadOnlyList<int[]> counts, MeanKind mean)
    {
        var (allA, allB, ratios) = (0.0, 0.0, 0.0);
        for (var group = 0; group < terms.Count; group++)
        {
            var (a, b) = (0.0, 0.0);
            for (var item = 0; item < counts[group].Length; item++)
            {
                a += counts[group][item] * terms[group][item].A;
                b += counts[group][item] * terms[group][item].B;
            }

            (allA, allB, ratios) = (allA + a, allB + b, ratios + a / b);
        }

        return mean == MeanKind.Pooled ? allA / allB : ratios / terms.Count;
    }
}
