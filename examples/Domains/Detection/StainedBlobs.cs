using LibMoE.Runtime;

namespace Detection;

/// <summary>White cells and platelets are stained purple: pixels whose blue is so much above their green, a box around each blob. Large
/// blobs are white cells, small ones platelets; the thresholds of colour and size are those of the best average precision on what is
/// learned from.</summary>
internal sealed record StainedBlobs(int WhiteFrom, int WhiteSize, int PlateletFrom, int PlateletSize, int PlateletLimit)
{
    private static readonly int[] WhiteSizes = [100, 200, 400, 800], PlateletSizes = [10, 20, 40], PlateletLimits = [100, 150, 200, 300];

    public static StainedBlobs Fit(IReadOnlyList<Smear> train)
    {
        var byThreshold = Thresholds.AsParallel().AsOrdered()
            .Select(from => (From: from, Blobs: train.Select(smear => Blobs(smear, from)).ToList())).ToList();
        var white = (from set in byThreshold
                     from size in WhiteSizes
                     select (set.From, Size: size, Value: Value(set.Blobs, size, int.MaxValue, Smear.White))).MaxBy(fit => fit.Value);
        var platelet = (from set in byThreshold
                        from size in PlateletSizes
                        from limit in PlateletLimits
                        select (set.From, Size: size, Limit: limit, Value: Value(set.Blobs, size, limit, Smear.Platelet)))
            .MaxBy(fit => fit.Value);
        return new StainedBlobs(white.From, white.Size, platelet.From, platelet.Size, platelet.Limit);

        double Value(List<List<Blob>> blobs, int size, int limit, int kind) =>
            AveragePrecision.Of([.. train.Zip(blobs, (smear, own) => new ImageBoxes(smear.Of(kind), Boxes(own, size, limit)))]).Value;
    }

    private static IReadOnlyList<int> Thresholds { get; } = [.. Enumerable.Range(0, 12).Select(step => 10 + 8 * step)];

    public IReadOnlyList<DetectedBox> White(Smear smear) => Boxes(Blobs(smear, WhiteFrom), WhiteSize, int.MaxValue);

    public IReadOnlyList<DetectedBox> Platelets(Smear smear) => Boxes(Blobs(smear, PlateletFrom), PlateletSize, PlateletLimit);

    /// <summary>The larger, the surer.</summary>
    private static IReadOnlyList<DetectedBox> Boxes(List<Blob> blobs, int size, int limit) =>
        [.. blobs.Where(blob => blob.Pixels >= size && blob.Pixels < limit).Select(blob => new DetectedBox(blob.Box, blob.Pixels))];

    private static List<Blob> Blobs(Smear smear, int from)
    {
        var stained = new bool[Smear.Width * Smear.Height];
        for (var pixel = 0; pixel < stained.Length; pixel++)
        {
            stained[pixel] = smear.Pixels[3 * pixel + 2] - smear.Pixels[3 * pixel + 1] >= from;
        }

        return Blob.Of(stained);
    }
}
