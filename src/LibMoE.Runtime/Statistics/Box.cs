namespace LibMoE.Runtime;

/// <summary>A rectangle in an image, in pixels: x grows to the right, y down, and a pixel reaches from its number to the next.</summary>
/// <param name="Left">The smallest x.</param>
/// <param name="Top">The smallest y.</param>
/// <param name="Right">The largest x.</param>
/// <param name="Bottom">The largest y.</param>
public readonly record struct Box(double Left, double Top, double Right, double Bottom)
{
    /// <summary>Right − left in pixels; 0 where that is negative.</summary>
    public double Width => Math.Max(0, Right - Left);

    /// <summary>Bottom − top in pixels; 0 where that is negative.</summary>
    public double Height => Math.Max(0, Bottom - Top);

    /// <summary>Width · height in square pixels; 0 of a box that is a line, a point or turned inside out.</summary>
    public double Area => Width * Height;

    /// <summary>The part that lies in an image; of area 0 where nothing does.</summary>
    /// <param name="width">The image's width in pixels.</param>
    /// <param name="height">The image's height in pixels.</param>
    public Box Within(double width, double height) =>
        new(Math.Clamp(Left, 0, width), Math.Clamp(Top, 0, height), Math.Clamp(Right, 0, width), Math.Clamp(Bottom, 0, height));

    /// <summary>Intersection over union (Jaccard 1912; Everingham et al. 2010): |A ∩ B|/|A ∪ B| in areas, from 0 to 1. A box without area
    /// has 0 with any other.</summary>
    /// <param name="other">The other box.</param>
    public double IoU(Box other)
    {
        var both = new Box(
            Math.Max(Left, other.Left), Math.Max(Top, other.Top), Math.Min(Right, other.Right), Math.Min(Bottom, other.Bottom)).Area;
        return both > 0 ? both / (Area + other.Area - both) : 0;
    }
}
