namespace LibMoE.Runtime;

/// <summary>A decoded image: 8 bits of red, green and blue a pixel, row by row from the top.</summary>
public sealed class RgbImage
{
    /// <summary>Takes pixels.</summary>
    /// <param name="width">Pixels of a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">3·width·height bytes.</param>
    /// <exception cref="ArgumentException">The number of bytes is another.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        if (width < 1 || height < 1 || pixels.LongLength != 3L * width * height)
        {
            throw new ArgumentException(
                $"{pixels.LongLength} bytes are no image of {width} by {height} pixels with 3 bytes each.", nameof(pixels));
        }

        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Pixels of a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Red, green and blue of each pixel, row by row from the top.</summary>
    public byte[] Pixels { get; }

    /// <summary>An image of one colour.</summary>
    public static RgbImage Filled(int width, int height, byte red, byte green, byte blue)
    {
        var pixels = new byte[3L * width * height];
        for (var at = 0; at < pixels.Length; at += 3)
        {
            (pixels[at], pixels[at + 1], pixels[at + 2]) = (red, green, blue);
        }

        return new RgbImage(width, height, pixels);
    }

    /// <summary>Puts another image into this one, whose pixels change; what lies outside is left out.</summary>
    internal void Paste(RgbImage image, int left, int top)
    {
        var (from, to) = (Math.Max(0, -left), Math.Min(image.Width, Width - left));
        for (var row = Math.Max(0, -top); to > from && row < Math.Min(image.Height, Height - top); row++)
        {
            var part = image.Pixels.AsSpan(3 * (row * image.Width + from), 3 * (to - from));
            part.CopyTo(Pixels.AsSpan(3 * ((row + top) * Width + left + from)));
        }
    }
}
