using LibMoE.Runtime.Tests.Checkpoints.Files;
using SkiaSharp;

namespace LibMoE.Runtime.Tests.Data.Images;

public sealed class ImageReaderTests
{
    private static readonly RgbImage Picture = Smooth(48, 32);

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, 0)]
    [InlineData(SKEncodedImageFormat.Jpeg, 6)]
    [InlineData(SKEncodedImageFormat.Webp, 12)]
    public void Every_format_gives_the_pixels(SKEncodedImageFormat format, int tolerance)
    {
        var read = ImageReader.Decode(ImageForge.Encoded(Picture, format), "picture");

        Assert.Equal((48, 32), (read.Width, read.Height));
        Assert.InRange(Largest(Picture.Pixels, read.Pixels), 0, tolerance);
    }

    [Fact]
    public void A_palette_becomes_its_colours()
    {
        var png = ImageForge.Png(3, 2, bits: 8, kind: 3, [0, 2, 0, 1, 0, 1, 1, 2], palette: [10, 20, 30, 200, 100, 50, 0, 0, 255]);

        Assert.Equal<byte>(
            [0, 0, 255, 10, 20, 30, 200, 100, 50, 200, 100, 50, 200, 100, 50, 0, 0, 255], ImageReader.Decode(png, "palette").Pixels);
    }

    [Fact]
    public void Grey_becomes_three_equal_colours_and_alpha_is_left_out()
    {
        var grey = ImageForge.Png(2, 1, bits: 8, kind: 0, [0, 7, 250]);
        var alpha = ImageForge.Png(2, 1, bits: 8, kind: 6, [0, 10, 20, 30, 128, 200, 100, 50, 255]);

        Assert.Equal<byte>([7, 7, 7, 250, 250, 250], ImageReader.Decode(grey, "grey").Pixels);
        Assert.Equal<byte>([10, 20, 30, 200, 100, 50], ImageReader.Decode(alpha, "alpha").Pixels);
    }

    [Theory]
    [InlineData(55, 155, 205, 0, 200, 100, 50)]
    [InlineData(55, 155, 205, 127, 100, 50, 25)]
    [InlineData(0, 0, 0, 0, 255, 255, 255)]
    [InlineData(0, 0, 0, 255, 0, 0, 0)]
    public void Inks_become_what_is_left_of_white_light(int cyan, int magenta, int yellow, int black, int red, int green, int blue)
    {
        var read = ImageReader.Decode(ImageForge.CmykJpeg((byte)cyan, (byte)magenta, (byte)yellow, (byte)black), "inks");

        Assert.Equal((8, 8), (read.Width, read.Height));
        Assert.All(read.Pixels.Chunk(3), pixel => Assert.InRange(Largest([(byte)red, (byte)green, (byte)blue], pixel), 0, 2));
    }

    /// <summary>The corners tell where an image's first row and column went.</summary>
    [Theory]
    [InlineData(1, "abcd", 48)]
    [InlineData(2, "badc", 48)]
    [InlineData(3, "dcba", 48)]
    [InlineData(4, "cdab", 48)]
    [InlineData(5, "acbd", 32)]
    [InlineData(6, "cadb", 32)]
    [InlineData(7, "dbca", 32)]
    [InlineData(8, "bdac", 32)]
    public void An_image_that_lies_on_its_side_is_set_upright(byte orientation, string corners, int width)
    {
        var image = RgbImage.Filled(48, 32, 128, 128, 128);
        image.Paste(RgbImage.Filled(16, 16, 0, 0, 0), 0, 0);
        image.Paste(RgbImage.Filled(16, 16, 255, 0, 0), 32, 0);
        image.Paste(RgbImage.Filled(16, 16, 0, 255, 0), 0, 16);
        image.Paste(RgbImage.Filled(16, 16, 0, 0, 255), 32, 16);

        var read = ImageReader.Decode(ImageForge.Turned(ImageForge.Encoded(image, SKEncodedImageFormat.Jpeg), orientation), "turned");

        Assert.Equal((width, 80 - width), (read.Width, read.Height));
        Assert.Equal(corners, string.Concat(
            Letter(read, 4, 4), Letter(read, read.Width - 5, 4), Letter(read, 4, read.Height - 5),
            Letter(read, read.Width - 5, read.Height - 5)));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Bytes_that_end_too_early_are_refused_by_name_at_every_length(SKEncodedImageFormat format)
    {
        var whole = ImageForge.Encoded(Noise(64, 64), format, quality: 90);
        foreach (var part in new[] { 0.02, 0.1, 0.3, 0.5, 0.7, 0.9 })
        {
            var error = Assert.Throws<ImageFileException>(() => ImageReader.Decode(whole[..(int)(whole.Length * part)], "cut.bin"));

            Assert.StartsWith("The image cut.bin ", error.Message);
            Assert.True(error.Fault is ImageFault.Damaged or ImageFault.UnknownFormat, $"{part}: {error.Message}");
        }
    }

    [Fact]
    public void A_changed_byte_within_a_PNG_is_refused()
    {
        var bytes = ImageForge.Encoded(Noise(64, 64), SKEncodedImageFormat.Png);
        bytes[bytes.Length / 2] ^= 0x55;

        Assert.Equal(ImageFault.Damaged, Assert.Throws<ImageFileException>(() => ImageReader.Decode(bytes, "changed.png")).Fault);
    }

    [Fact]
    public void No_bytes_a_text_and_no_file_are_refused_by_name()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["empty.jpg"], []);
        File.WriteAllText(folder["text.png"], "this is not an image");

        Refused("empty.jpg", ImageFault.Empty, "has no bytes");
        Refused("text.png", ImageFault.UnknownFormat, "is no JPEG, PNG, GIF, WebP or BMP file");
        Refused("none.png", ImageFault.Missing, "does not exist");
        Refused(".", ImageFault.Missing, "cannot be read");

        void Refused(string name, ImageFault fault, string words)
        {
            var error = Assert.Throws<ImageFileException>(() => ImageReader.Read(folder[name]));
            Assert.Equal((fault, folder[name]), (error.Fault, error.Path));
            Assert.Contains(words, error.Message);
        }
    }

    [Fact]
    public void A_header_of_30_000_by_30_000_pixels_is_refused_before_anything_is_decoded()
    {
        var bomb = ImageForge.Png(30_000, 30_000, bits: 8, kind: 2, new byte[1000]);
        var before = GC.GetTotalAllocatedBytes();

        var error = Assert.Throws<ImageFileException>(() => ImageReader.Decode(bomb, "bomb.png"));

        Assert.Equal(ImageFault.TooLarge, error.Fault);
        Assert.Contains("has 30000 by 30000 pixels by its header; at most 89478485 are decoded", error.Message);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 10_000_000);
    }

    private static char Letter(RgbImage image, int x, int y)
    {
        var pixel = image.Pixels.AsSpan(3 * (y * image.Width + x), 3);
        return pixel[0] > 200 ? 'b' : pixel[1] > 200 ? 'c' : pixel[2] > 200 ? 'd' : 'a';
    }

    internal static RgbImage Smooth(int width, int height)
    {
        var image = RgbImage.Filled(width, height, 0, 0, 0);
        for (var at = 0; at < width * height; at++)
        {
            var (x, y) = (at % width, at / width);
            (image.Pixels[3 * at], image.Pixels[3 * at + 1], image.Pixels[3 * at + 2]) =
                ((byte)(x * 255 / width), (byte)(y * 255 / height), (byte)(128 + 60 * Math.Sin(x / 9.0)));
        }

        return image;
    }

    internal static RgbImage Noise(int width, int height, int seed = 1)
    {
        var pixels = new byte[3 * width * height];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }

    private static int Largest(byte[] expected, byte[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
    }
}
