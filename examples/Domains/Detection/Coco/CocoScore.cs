using LibMoE.Runtime;

namespace Detection;

/// <summary>Average precisions of what was found, by COCO's definition.</summary>
/// <param name="Name">The kind, or <c>all</c> for the mean over the kinds that are there.</param>
/// <param name="Half">At an overlap of one half.</param>
/// <param name="All">The mean over COCO's ten overlaps.</param>
internal sealed record CocoScore(string Name, AveragePrecision Half, AveragePrecision All)
{
    /// <summary>Of all kinds together, then of each.</summary>
    /// <param name="truth">What is there.</param>
    /// <param name="found">What was found.</param>
    /// <exception cref="InvalidDataException">A box is of an image or kind that the truth does not have, is no box, or is around a
    /// crowd.</exception>
    public static IReadOnlyList<CocoScore> Of(CocoAnnotations truth, IReadOnlyList<CocoDetection> found)
    {
        if (truth.Annotations.Count(box => box.IsCrowd != 0) is > 0 and var crowds)
        {
            throw new InvalidDataException(
                $"{crowds} annotations are around crowds, which are not scored here; leave them out of both files.");
        }

        var (images, kinds) = (truth.Images.Select(image => image.Id).ToHashSet(), truth.Categories.Select(kind => kind.Id).ToHashSet());
        var there = truth.Annotations
            .Select(box => (
                Key: Known(box.ImageId, box.CategoryId, $"annotation {box.Id}"), Box: CocoCorner.Box(box.Corner, $"annotation {box.Id}")))
            .ToLookup(box => box.Key, box => box.Box);
        var said = found.Index()
            .Select(box => (
                Key: Known(box.Item.ImageId, box.Item.CategoryId, $"detection {box.Index}"),
                Box: new DetectedBox(CocoCorner.Box(box.Item.Corner, $"detection {box.Index}"), box.Item.Score)))
            .ToLookup(box => box.Key, box => box.Box);
        var byKind = truth.Categories.Select(kind => (IReadOnlyList<ImageBoxes>)
            [.. truth.Images.Select(image => new ImageBoxes([.. there[(image.Id, kind.Id)]], [.. said[(image.Id, kind.Id)]]))]).ToList();
        return
        [
            Made("all", byKind), .. truth.Categories.Zip(byKind, (kind, boxes) => Made(kind.Name, [boxes])),
        ];

        (long Image, long Kind) Known(long image, long kind, string of) => images.Contains(image) && kinds.Contains(kind)
            ? (image, kind)
            : throw new InvalidDataException(
                $"{of} is of image {image} and category {kind}, which are not both among those of the annotations.");
    }

    private static CocoScore Made(string name, IReadOnlyList<IReadOnlyList<ImageBoxes>> kinds) =>
        new(name, AveragePrecision.MeanOf(kinds, [0.5]), AveragePrecision.MeanOf(kinds, AveragePrecision.CocoOverlaps));
}
