using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Evaluation.Metrics;

/// <summary>All metrics of a task's outcome.</summary>
internal sealed class TaskMetrics
{
    private readonly EvaluationTask _task;
    private readonly IReadOnlyList<ItemOutcome> _items;

    /// <param name="task">The task.</param>
    /// <param name="items">The answers, and the questions that were refused.</param>
    public TaskMetrics(EvaluationTask task, IReadOnlyList<ItemOutcome> items) => (_task, _items) = (task,
        MetricNames.Of(task).Any(name => Metric.All[name].OfUnits) ? [.. items.OrderBy(item => item.Index)]
            : [.. items.Where(item => !item.Refused)]);

    private bool HasGroups => _task.Group is not null;

    /// <summary>Every metric of the task, pooled and, where the task has groups, as a mean over groups; the task's own first.</summary>
    public IReadOnlyList<MetricResult> All()
    {
        MeanKind[] means = HasGroups ? [MeanKind.Macro, MeanKind.Pooled] : [MeanKind.Pooled];
        var results = means.SelectMany(All);
        return [.. results.OrderByDescending(result => result.Name == _task.Metric && result.Mean == _task.Mean)
            .ThenBy(result => MetricNames.Of(_task).ToList().IndexOf(result.Name))];
    }

    /// <summary>The task's own metric, group by group.</summary>
    public IReadOnlyDictionary<string, GroupResult> Groups()
    {
        var metric = Metric.All[_task.Metric];
        return HasGroups ? ByGroup(metric).ToDictionary(group => group.Name, group => Result(group.Units))
            : new Dictionary<string, GroupResult>();

        GroupResult Result(IReadOnlyList<IReadOnlyList<ItemOutcome>> units)
        {
            var ratio = RatioEstimate.Of([.. units.Select(metric.Terms)]);
            return new GroupResult(
                units.Sum(unit => unit.Count(item => !item.Refused)), metric.Value(ratio.Value), Error(metric, ratio));
        }
    }

    private MetricResult Result(Metric metric, MeanKind mean, double? spread)
    {
        var groups = Groups(metric);
        var ratio = mean == MeanKind.Pooled
            ? RatioEstimate.Of([.. Units(metric).Select(metric.Terms)])
            : RatioEstimate.Macro([.. groups.Select(units => (IReadOnlyList<(double, double)>)[.. units.Select(metric.Terms)])]);
        var times = metric.SumOver is null ? 1 : groups.Count;
        return new MetricResult
        {
            Name = metric.Name,
            Mean = metric.SumOver is null ? mean : MeanKind.Sum,
            Value = times * metric.Value(ratio.Value),
            StdErr = times * Error(metric, ratio),
            BootstrapStdErr = times * spread,
            Chance = Chance(metric, mean),
            HigherIsBetter = MetricNames.HigherIsBetter(metric.Name),
        };
    }

    /// <summary>The units that a metric is over.</summary>
    private IReadOnlyList<IReadOnlyList<ItemOutcome>> Units(Metric metric) => SamplingUnits.Of(metric.Counted(_items));

    private IEnumerable<(string Name, IReadOnlyList<IReadOnlyList<ItemOutcome>> Units)> ByGroup(Metric metric) => metric.Counted(_items)
        .GroupBy(item => item.Group).OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => (group.Key, SamplingUnits.Of(group)));

    /// <summary>The groups that a metric is over.</summary>
    private List<IReadOnlyList<IReadOnlyList<ItemOutcome>>> Groups(Metric metric) =>
        [.. ByGroup(metric).Where(group => metric.SumOver?.Contains(group.Name) ?? true).Select(group => group.Units)];

    /// <summary>Σ b·chance / Σ b over what the metric counts, items or units, of which each may have another number of options. Null where
    /// one may be answered with anything.</summary>
    private double? Chance(Metric metric, MeanKind mean)
    {
        if (metric.Chance is not { } chance || (_task.Rule is null && _task.Choices.Count == 0)
            || (_task.Rule is not null && _items.All(item => item.Options == 0)))
        {
            return null;
        }

        return mean == MeanKind.Pooled ? Over(Units(metric)) : Groups(metric).Average(Over);

        double Over(IReadOnlyList<IReadOnlyList<ItemOutcome>> units) => RatioEstimate.Of(
            [.. (metric.OfUnits ? units : units.SelectMany(unit => unit, (_, item) => (IReadOnlyList<ItemOutcome>)[item])).Select(Guess)])
            .Value;

        (double A, double B) Guess(IReadOnlyList<ItemOutcome> counted)
        {
            var (weight, options) = (metric.Terms(counted).B, _task.Rule is null ? counted[0].LogLikelihoods.Length : counted[0].Options);
            return (options > 0 ? weight * chance(options) : 0, weight);
        }
    }

    private static double? Error(Metric metric, RatioEstimate ratio) =>
        double.IsNaN(ratio.StdErr) ? null : metric.Slope(ratio.Value) * ratio.StdErr;

    private IEnumerable<MetricResult> All(MeanKind mean)
    {
        var metrics = MetricNames.Of(_task).Select(name => Metric.All[name])
            .Where(metric => metric.SumOver is null || (mean == MeanKind.Macro && Groups(metric).Count > 0)).ToList();
        var spreads = SamplingUnits.Of(_items).Count > 1 ? Spreads(metrics, mean) : null;
        return metrics.Select((metric, index) => Result(metric, mean, spreads?[index]));
    }

    /// <summary>Units are drawn anew within their groups for a mean over groups, from all units for a pooled one.</summary>
    private double[] Spreads(List<Metric> metrics, MeanKind mean)
    {
        var strata = Strata.Of<IReadOnlyList<ItemOutcome>>(
            [.. _items.GroupBy(item => mean == MeanKind.Macro ? item.Group : "").OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(SamplingUnits.Of)]);
        var figures = metrics.ConvertAll(metric =>
        {
            var terms = strata.Select(stratum => (
                Counts: stratum.Any(unit => IsOver(metric, unit.Item)),
                Terms: stratum.Select(unit => IsOver(metric, unit.Item)
                    ? Weighted(metric.Terms(metric.Counted(unit.Item)), unit.Weight)
                    : (0, 0)).ToArray())).ToList();
            return (Func<IReadOnlyList<int[]>, double>)(counts => metric.Value(
                terms.Index().Where(group => group.Item.Counts).Select(group => Ratio(group.Item.Terms, counts[group.Index]))
                    .DefaultIfEmpty().Average()));
        });
        return Bootstrap.StdErrs([.. strata.Select(stratum => stratum.Count)], seed: 0, figures);

        static bool IsOver(Metric metric, IReadOnlyList<ItemOutcome> unit) =>
            (metric.SumOver?.Contains(unit[0].Group) ?? true) && metric.Counted(unit).Count > 0;

        static (double A, double B) Weighted((double A, double B) terms, double weight) => (weight * terms.A, weight * terms.B);
    }

    private static double Ratio((double A, double B)[] terms, int[] counts)
    {
        var (a, b) = (0.0, 0.0);
        for (var item = 0; item < counts.Length; item++)
        {
            (a, b) = (a + counts[item] * terms[item].A, b + counts[item] * terms[item].B);
        }

        return b == 0 ? 0 : a / b;
    }
}
