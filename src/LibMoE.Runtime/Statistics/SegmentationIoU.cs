using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime;

/// <summary>
/// Intersection over union of a segmentation by class, and its mean (mIoU): over the pixels of all images, IoU_c = right_c/(there_c +
/// said_c − right_c), as PASCAL VOC has it (Everingham et al. 2010); the mean is over the classes that are there or were said (Long et al.
/// 2015).
/// </summary>
/// <param name="Value">The mean, from 0 to 1; NaN without a pixel.</param>
/// <param name="StdErr">The standard deviation of the mean over bootstrap samples of the images; NaN of one image.</param>
/// <param name="Classes">IoU of every class; NaN of a class that is nowhere and was never said.</param>
public sealed record SegmentationIoU(double Value, double StdErr, IReadOnlyList<double> Classes)
{
    /// <summary>Of images whose pixels were counted.</summary>
    /// <param name="images">The counts of every image, of as many classes each.</param>
    /// <exception cref="ArgumentException">Images have unequal numbers of classes.</exception>
    public static SegmentationIoU Of(IReadOnlyList<PixelCounts> images)
    {
        if (images.Any(image => image.Right.Count != images[0].Right.Count))
        {
            throw new ArgumentException("Every image must be counted by the same classes.", nameof(images));
        }

        if (images.Count == 0)
        {
            return new SegmentationIoU(double.NaN, double.NaN, []);
        }

        int[] once = [.. Enumerable.Repeat(1, images.Count)];
        return new SegmentationIoU(
            Mean([once]), once.Length == 1 ? double.NaN : Bootstrap.StdErrs([once.Length], seed: 0, [Mean])[0], ByClass(once));

        double Mean(IReadOnlyList<int[]> counts) =>
            ByClass(counts[0]).Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();

        double[] ByClass(int[] counts)
        {
            var (right, union) = (new long[images[0].Right.Count], new long[images[0].Right.Count]);
            for (var image = 0; image < counts.Length; image++)
            {
                for (var kind = 0; kind < right.Length; kind++)
                {
                    right[kind] += counts[image] * images[image].Right[kind];
                    union[kind] += counts[image] * images[image].Union(kind);
                }
            }

            return [.. right.Zip(union, (both, either) => either == 0 ? double.NaN : (double)both / either)];
        }
    }
}

/// <summary>The pixels of one image by class.</summary>
/// <param name="There">How many are of each class.</param>
/// <param name="Said">How many were said to be.</param>
/// <param name="Right">How many are and were said to be.</param>
public sealed record PixelCounts(IReadOnlyList<long> There, IReadOnlyList<long> Said, IReadOnlyList<long> Right)
{
    /// <summary>Counts an image.</summary>
    /// <param name="there">The class of each pixel, from 0.</param>
    /// <param name="said">What was said of each, in the same order.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <exception cref="ArgumentException">The lists are not of one length, or a class is not one of these.</exception>
    public static PixelCounts Of(IReadOnlyList<int> there, IReadOnlyList<int> said, int classes)
    {
        if (there.Count != said.Count || there.Concat(said).Any(kind => kind < 0 || kind >= classes))
        {
            throw new ArgumentException(
                $"Every pixel needs one class from 0 to {classes - 1}, and what was said of it; there are {there.Count} and {said.Count}.",
                nameof(said));
        }

        var (truth, told, both) = (new long[classes], new long[classes], new long[classes]);
        for (var pixel = 0; pixel < there.Count; pixel++)
        {
            truth[there[pixel]]++;
            told[said[pixel]]++;
            both[there[pixel]] += there[pixel] == said[pixel] ? 1 : 0;
        }

        return new PixelCounts(truth, told, both);
    }

    /// <summary>How many pixels are of a class or were said to be.</summary>
    /// <param name="kind">The class.</param>
    public long Union(int kind) => There[kind] + Said[kind] - Right[kind];
}
