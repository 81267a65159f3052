using SkiaSharp;

namespace LibMoE.Runtime.Data.Images;

/// <summary>Images as PNG, for pages.</summary>
internal static class PngFile
{
    /// <summary>The file's bytes: every pixel as it is.</summary>
    public static byte[] Of(RgbImage image)
    {
        var rgba = new byte[4L * image.Width * image.Height];
        for (var (from, to) = (0, 0); to < rgba.Length; from += 3, to += 4)
        {
            (rgba[to], rgba[to + 1], rgba[to + 2], rgba[to + 3]) =
                (image.Pixels[from], image.Pixels[from + 1], image.Pixels[from + 2], byte.MaxValue);
        }

        using var whole = SKImage.FromPixelCopy(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), rgba);
        using var data = whole.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }
}
