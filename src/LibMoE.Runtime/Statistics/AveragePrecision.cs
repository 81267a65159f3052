using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime;

/// <summary>
/// Average precision of a detector as COCO defines it (Lin et al. 2014, <c>cocoeval.py</c>): the mean over the recalls 0, 0.01, …, 1 of the
/// largest precision that is reached at that recall or a higher one, 0 where the recall is not reached.
/// </summary>
/// <param name="Value">From 0 to 1; NaN where no image has a box of the class.</param>
/// <param name="StdErr">Its standard deviation over bootstrap samples of the images; NaN of one image.</param>
/// <remarks>
/// <para>In each image detections are taken by falling score, 100 at most. Each takes the box that it overlaps most (intersection over
/// union) of those that none before it took, if that is at least the threshold, and is right; the others are wrong. Detections of all
/// images in the order of their scores then give, after each, precision right/(right + wrong) and recall right/boxes.</para>
/// <para>PASCAL VOC's 11 recalls (Everingham et al. 2010) give other figures. Crowds and difficult boxes are not known here.</para>
/// </remarks>
public sealed record AveragePrecision(double Value, double StdErr)
{
    /// <summary>COCO's ten thresholds of overlap: 0.5, 0.55, …, 0.95.</summary>
    public static IReadOnlyList<double> CocoOverlaps { get; } = [.. Enumerable.Range(0, 10).Select(step => 0.5 + 0.05 * step)];

    /// <summary>Of one class.</summary>
    /// <param name="images">Its boxes in every image.</param>
    /// <param name="overlap">How much a detection must overlap its box: an intersection over union from above 0 to 1.</param>
    /// <exception cref="ArgumentException">A box that is there has no area, or a score is not a number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not from above 0 to 1.</exception>
    public static AveragePrecision Of(IReadOnlyList<ImageBoxes> images, double overlap = 0.5) => MeanOf([images], [overlap]);

    /// <summary>The mean over classes and thresholds (mAP); classes that are in no image are left out.</summary>
    /// <param name="classes">For every class its boxes in every image, the same images for all.</param>
    /// <param name="overlaps">Thresholds, each from above 0 to 1; <see cref="CocoOverlaps"/> are COCO's.</param>
    /// <exception cref="ArgumentException">A box that is there has no area, a score is not a number, or classes have unequal
    /// images.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A threshold is not from above 0 to 1.</exception>
    public static AveragePrecision MeanOf(IReadOnlyList<IReadOnlyList<ImageBoxes>> classes, IReadOnlyList<double> overlaps)
    {
        foreach (var overlap in overlaps)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(overlap, nameof(overlaps));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(overlap, 1, nameof(overlaps));
        }

        if (classes.Any(images => images.Count != classes[0].Count))
        {
            throw new ArgumentException("Every class needs its boxes, which may be none, in every image.", nameof(classes));
        }

        List<MatchedBoxes> matched =
        [
            .. from images in classes
               where images.Any(image => image.Truth.Count > 0)
               from overlap in overlaps
               select new MatchedBoxes(images, overlap),
        ];
        if (matched.Count == 0)
        {
            return new AveragePrecision(double.NaN, double.NaN);
        }

        int[] once = [.. Enumerable.Repeat(1, classes[0].Count)];
        return new AveragePrecision(
            Mean([once]), once.Length == 1 ? double.NaN : Bootstrap.StdErrs([once.Length], seed: 0, [Mean])[0]);

        // A sample without a box of a class says nothing of it.
        double Mean(IReadOnlyList<int[]> counts) => matched.Select(boxes => boxes.AveragePrecision(counts[0]))
            .Where(value => !double.IsNaN(value)).DefaultIfEmpty(0).Average();
    }
}
