using System.Runtime.InteropServices;
using LibMoE.Runtime.Data.Images;
using SkiaSharp;

namespace LibMoE.Runtime;

/// <summary>
/// Decodes images by SkiaSharp: JPEG, PNG, GIF (its first picture), WebP, BMP; grey, palette and CMYK become RGB, an alpha channel is left
/// out and colour profiles are not applied, as Pillow's <c>convert("RGB")</c> has it, and an image whose EXIF data say that it lies on its
/// side is set upright, as transformers' <c>load_image</c> does.
/// </summary>
public static class ImageReader
{
    /// <summary>More pixels than this are not decoded: Pillow's limit, 256 MB of RGB.</summary>
    public const long MostPixels = 89_478_485;

    /// <summary>Decodes a file.</summary>
    /// <exception cref="ImageFileException">There is no such file, it is no image, too large, or damaged.</exception>
    public static RgbImage Read(string path)
    {
        try
        {
            return Decode(File.ReadAllBytes(path), path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ImageFileException(path, ImageFault.Missing, "does not exist", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ImageFileException(path, ImageFault.Missing, $"cannot be read: {Common.MessageText.Reason(error)}", error);
        }
    }

    /// <summary>Decodes the bytes of a file.</summary>
    /// <param name="bytes">The file's bytes.</param>
    /// <param name="name">What the image is called in messages.</param>
    /// <exception cref="ImageFileException">It is no image, too large, or damaged.</exception>
    public static RgbImage Decode(byte[] bytes, string name)
    {
        if (bytes.Length == 0)
        {
            throw new ImageFileException(name, ImageFault.Empty, "has no bytes");
        }

        using var data = SKData.CreateCopy(bytes);
        using var codec = SKCodec.Create(data)
            ?? throw new ImageFileException(
                name, ImageFault.UnknownFormat, "is no JPEG, PNG, GIF, WebP or BMP file, or ends within its header");
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (width < 1 || height < 1 || (long)width * height > MostPixels)
        {
            throw new ImageFileException(
                name, ImageFault.TooLarge, $"has {width} by {height} pixels by its header; at most {MostPixels} are decoded");
        }

        // Without a colour space nothing is converted, without premultiplication alpha changes no colour.
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var rgba = new byte[4L * width * height];
        var pinned = GCHandle.Alloc(rgba, GCHandleType.Pinned);
        SKCodecResult result;
        try
        {
            result = codec.GetPixels(info, pinned.AddrOfPinnedObject());
        }
        finally
        {
            pinned.Free();
        }

        return result == SKCodecResult.Success
            ? ImageOrientation.Upright(WithoutAlpha(width, height, rgba), codec.EncodedOrigin)
            : throw new ImageFileException(
                name, ImageFault.Damaged, $"is damaged: the decoder says {result} before the last of its {height} rows");
    }

    private static RgbImage WithoutAlpha(int width, int height, byte[] rgba)
    {
        var rgb = new byte[3L * width * height];
        for (var (from, to) = (0, 0); to < rgb.Length; from += 4, to += 3)
        {
            (rgb[to], rgb[to + 1], rgb[to + 2]) = (rgba[from], rgba[from + 1], rgba[from + 2]);
        }

        return new RgbImage(width, height, rgb);
    }
}
