using LibMoE.Runtime;

namespace Segmentation;

/// <summary>What segmentations are measured by.</summary>
internal static class SceneFigures
{
    private static readonly LearnerMetric Mean = new("mIoU", "area", MetricDirection.Higher);
    private static readonly LearnerMetric Right = new("accuracy", "share of pixels", MetricDirection.Higher);
    private static readonly LearnerMetric[] OfKind =
        [.. Scene.Kinds.Select(kind => new LearnerMetric($"IoU.{kind}", "area", MetricDirection.Higher))];

    public static IReadOnlyList<LearnerMetric> Metrics { get; } = [Mean, Right, .. OfKind, LearnerMetric.Loss];

    public static PixelCounts Count(Scene scene, IReadOnlyList<int> said) =>
        PixelCounts.Of([.. scene.Classes.Select(kind => (int)kind)], said, Scene.Kinds.Count);

    /// <summary>Each metric of one scene alone.</summary>
    public static IEnumerable<double> Of(PixelCounts counts, double loss)
    {
        var alone = SegmentationIoU.Of([counts]);
        return [alone.Value, Accuracy(counts), .. alone.Classes, loss];
    }

    /// <summary>The figures over the pixels of all scenes.</summary>
    public static IReadOnlyList<MeasuredMetric> Over(IReadOnlyList<PixelCounts> scenes, IReadOnlyList<double> losses)
    {
        var all = SegmentationIoU.Of(scenes);
        return
        [
            Made(Mean, all.Value, all.StdErr),
            MeasuredMetric.Mean(Right, [.. scenes.Select(Accuracy)]),
            .. OfKind.Zip(all.Classes, (metric, value) => Made(metric, value, double.NaN)),
            MeasuredMetric.Mean(LearnerMetric.Loss, losses),
        ];
    }

    private static double Accuracy(PixelCounts counts) => (double)counts.Right.Sum() / counts.There.Sum();

    private static MeasuredMetric Made(LearnerMetric metric, double value, double error) =>
        new(metric.Name, metric.Unit, metric.Direction, value, error, []);
}
