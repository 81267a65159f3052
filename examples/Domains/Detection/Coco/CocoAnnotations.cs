using System.Text.Json.Serialization;
using LibMoE.Runtime;

namespace Detection;

/// <summary>What is in images, as COCO's <c>instances_*.json</c> says it (Lin et al. 2014). Outlines and licences are left out.</summary>
internal sealed record CocoAnnotations(
    IReadOnlyList<CocoImage> Images, IReadOnlyList<CocoAnnotation> Annotations, IReadOnlyList<CocoCategory> Categories);

/// <summary>An image.</summary>
internal sealed record CocoImage(long Id, string FileName, int Width = 0, int Height = 0);

/// <summary>A kind of thing.</summary>
internal sealed record CocoCategory(long Id, string Name);

/// <summary>A thing in an image.</summary>
/// <param name="Id">Its number in the file, from 1: COCO's own tools take 0 for none.</param>
/// <param name="ImageId">The image.</param>
/// <param name="CategoryId">Its kind.</param>
/// <param name="Corner">Left, top, width and height in pixels.</param>
/// <param name="Area">In square pixels.</param>
/// <param name="IsCrowd">1 where the box is around many things.</param>
internal sealed record CocoAnnotation(
    long Id, long ImageId, long CategoryId, [property: JsonPropertyName("bbox")] IReadOnlyList<double> Corner, double Area = 0,
    [property: JsonPropertyName("iscrowd")] int IsCrowd = 0);

/// <summary>What was found in an image, as a file of COCO's results says it.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="CategoryId">The kind.</param>
/// <param name="Corner">Left, top, width and height in pixels.</param>
/// <param name="Score">How sure.</param>
internal sealed record CocoDetection(
    long ImageId, long CategoryId, [property: JsonPropertyName("bbox")] IReadOnlyList<double> Corner, double Score);

/// <summary>Boxes as COCO writes them.</summary>
internal static class CocoCorner
{
    /// <summary>Left, top, width and height.</summary>
    public static IReadOnlyList<double> Of(Box box) => [box.Left, box.Top, box.Width, box.Height];

    /// <summary>The box.</summary>
    /// <param name="corner">Left, top, width and height.</param>
    /// <param name="of">Whose it is, for the message.</param>
    /// <exception cref="InvalidDataException">It has not four numbers.</exception>
    public static Box Box(IReadOnlyList<double> corner, string of) => corner is [var left, var top, var width, var height]
        ? new Box(left, top, left + width, top + height)
        : throw new InvalidDataException($"{of} has a bbox of {corner.Count} numbers; it must have left, top, width and height.");
}
