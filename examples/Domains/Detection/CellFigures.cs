using LibMoE.Runtime;

namespace Detection;

/// <summary>What detectors are measured by.</summary>
internal static class CellFigures
{
    private const string Area = "area";

    private static readonly LearnerMetric Half = new("mAP50", Area, MetricDirection.Higher);
    private static readonly LearnerMetric[] OfKind =
        [.. Smear.Kinds.Select(kind => new LearnerMetric($"AP50.{kind}", Area, MetricDirection.Higher))];

    private static readonly LearnerMetric All = new("mAP", Area, MetricDirection.Higher);
    private static readonly LearnerMetric Count = new("count error", "red cells", MetricDirection.Lower);

    public static IReadOnlyList<LearnerMetric> Metrics { get; } = [Half, .. OfKind, Count, All, LearnerMetric.Loss];

    /// <summary>Each metric of one smear alone, as it is compared smear by smear where it is a mean.</summary>
    public static IEnumerable<double> Of(Smear smear, FoundCells found, double loss)
    {
        var kinds = Enumerable.Range(0, Smear.Kinds.Count).Select(kind => Boxes(smear, found, kind)).ToList();
        return
        [
            AveragePrecision.MeanOf([.. kinds.Select(boxes => (IReadOnlyList<ImageBoxes>)[boxes])], [0.5]).Value,
            .. kinds.Select(boxes => AveragePrecision.Of([boxes]).Value),
            Math.Abs(found.RedCells - smear.Of(Smear.Red).Count),
            double.NaN,
            loss,
        ];
    }

    /// <summary>The figures over all smears: average precisions are no means over smears.</summary>
    public static IReadOnlyList<MeasuredMetric> Over(
        IReadOnlyList<Smear> smears, IReadOnlyList<FoundCells> found, IReadOnlyList<double> losses)
    {
        List<IReadOnlyList<ImageBoxes>?> kinds = [.. Enumerable.Range(0, Smear.Kinds.Count).Select(kind =>
            found.All(one => one.ByKind[kind] is not null)
                ? [.. smears.Zip(found, (smear, one) => Boxes(smear, one, kind))]
                : (IReadOnlyList<ImageBoxes>?)null)];
        var all = kinds.OfType<IReadOnlyList<ImageBoxes>>().ToList();
        return
        [
            Made(Half, Mean([0.5])),
            .. OfKind.Zip(kinds, (metric, images) => Made(metric, images is null ? None : AveragePrecision.Of(images))),
            MeasuredMetric.Mean(Count, [.. smears.Zip(found, (smear, one) => Math.Abs(one.RedCells - smear.Of(Smear.Red).Count))]),
            Made(All, Mean(AveragePrecision.CocoOverlaps)),
            MeasuredMetric.Mean(LearnerMetric.Loss, losses),
        ];

        AveragePrecision Mean(IReadOnlyList<double> overlaps) =>
            all.Count == kinds.Count ? AveragePrecision.MeanOf(all, overlaps) : None;
    }

    private static AveragePrecision None { get; } = new(double.NaN, double.NaN);

    private static ImageBoxes Boxes(Smear smear, FoundCells found, int kind) => new(smear.Of(kind), found.ByKind[kind] ?? []);

    private static MeasuredMetric Made(LearnerMetric metric, AveragePrecision figure) =>
        new(metric.Name, metric.Unit, metric.Direction, figure.Value, figure.StdErr, []);
}
