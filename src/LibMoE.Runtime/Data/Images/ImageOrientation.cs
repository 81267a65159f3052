using SkiaSharp;

namespace LibMoE.Runtime.Data.Images;

/// <summary>Sets images upright that a camera stored as they fell on its sensor (EXIF orientation, 1 to 8).</summary>
internal static class ImageOrientation
{
    /// <summary>The image as it is to be seen.</summary>
    /// <param name="image">The image as it is stored.</param>
    /// <param name="origin">Where its first row and column lie.</param>
    public static RgbImage Upright(RgbImage image, SKEncodedOrigin origin)
    {
        if (origin == SKEncodedOrigin.TopLeft)
        {
            return image;
        }

        var (width, height) = (image.Width, image.Height);
        var turned = origin
            is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var (newWidth, newHeight) = turned ? (height, width) : (width, height);
        var pixels = new byte[image.Pixels.Length];
        for (var y = 0; y < newHeight; y++)
        {
            for (var x = 0; x < newWidth; x++)
            {
                var (fromX, fromY) = origin switch
                {
                    SKEncodedOrigin.TopRight => (width - 1 - x, y),
                    SKEncodedOrigin.BottomRight => (width - 1 - x, height - 1 - y),
                    SKEncodedOrigin.BottomLeft => (x, height - 1 - y),
                    SKEncodedOrigin.LeftTop => (y, x),
                    SKEncodedOrigin.RightTop => (y, height - 1 - x),
                    SKEncodedOrigin.RightBottom => (width - 1 - y, height - 1 - x),
                    _ => (width - 1 - y, x),
                };
                image.Pixels.AsSpan(3 * (fromY * width + fromX), 3).CopyTo(pixels.AsSpan(3 * (y * newWidth + x)));
            }
        }

        return new RgbImage(newWidth, newHeight, pixels);
    }
}
