namespace LibMoE.Runtime.Statistics;

/// <summary>The detections of one class in some images, each right or wrong, by falling score.</summary>
internal sealed class MatchedBoxes
{
    /// <summary>COCO's limit for one image.</summary>
    private const int MostDetections = 100;

    private const int Recalls = 101;

    private readonly (int Image, bool Right)[] _ranked;
    private readonly int[] _truth;

    /// <summary>Matches the detections of each image.</summary>
    /// <param name="images">The boxes in every image.</param>
    /// <param name="overlap">The least intersection over union of a match.</param>
    /// <exception cref="ArgumentException">A box that is there has no area, or a score is not a number.</exception>
    public MatchedBoxes(IReadOnlyList<ImageBoxes> images, double overlap)
    {
        if (images.Any(image => image.Truth.Any(box => !(box.Area > 0)) || image.Detected.Any(found => double.IsNaN(found.Score))))
        {
            throw new ArgumentException("A box that is there needs an area, and a detection a score that is a number.", nameof(images));
        }

        _truth = [.. images.Select(image => image.Truth.Count)];
        _ranked = [.. images.Index().SelectMany(image => Match(image.Item, overlap)
                .Select(found => (image.Index, found.Right, found.Score)))
            .OrderByDescending(found => found.Score).Select(found => (found.Index, found.Right))];
    }

    /// <summary>The average precision where each image is there so many times.</summary>
    /// <param name="counts">How many times; with 1 of each it is COCO's figure.</param>
    /// <returns>NaN where there is no box.</returns>
    public double AveragePrecision(int[] counts)
    {
        var boxes = counts.Zip(_truth, (count, truth) => (long)count * truth).Sum();
        if (boxes == 0)
        {
            return double.NaN;
        }

        var (recall, precision) = (new double[_ranked.Length], new double[_ranked.Length]);
        var (right, all) = (0L, 0L);
        for (var place = 0; place < _ranked.Length; place++)
        {
            all += counts[_ranked[place].Image];
            right += _ranked[place].Right ? counts[_ranked[place].Image] : 0;
            (recall[place], precision[place]) = ((double)right / boxes, all == 0 ? 0 : (double)right / all);
        }

        for (var place = _ranked.Length - 2; place >= 0; place--)
        {
            precision[place] = Math.Max(precision[place], precision[place + 1]);
        }

        return Interpolated(recall, precision);
    }

    /// <summary>Recalls are multiples of 0.01 in float64, as <c>numpy.linspace</c> gives them to COCO.</summary>
    private static double Interpolated(double[] recall, double[] precision)
    {
        var (sum, place) = (0.0, 0);
        for (var step = 0; step < Recalls; step++)
        {
            while (place < recall.Length && recall[place] < step * 0.01)
            {
                place++;
            }

            sum += place < recall.Length ? precision[place] : 0;
        }

        return sum / Recalls;
    }

    /// <summary>Of boxes that a detection overlaps equally it takes the last, as COCO does.</summary>
    private static IEnumerable<(bool Right, double Score)> Match(ImageBoxes image, double overlap)
    {
        var taken = new bool[image.Truth.Count];
        foreach (var found in image.Detected.OrderByDescending(found => found.Score).Take(MostDetections))
        {
            var (best, most) = (-1, overlap);
            for (var box = 0; box < taken.Length; box++)
            {
                if (!taken[box] && found.Box.IoU(image.Truth[box]) is var shared && shared >= most)
                {
                    (best, most) = (box, shared);
                }
            }

            if (best >= 0)
            {
                taken[best] = true;
            }

            yield return (best >= 0, found.Score);
        }
    }
}
