using LibMoE.Runtime.Data.Images;
using SkiaSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Data.Images;

public sealed class ImageProcessorTests(Xunit.Abstractions.ITestOutputHelper output)
{
    [Theory]
    [InlineData(37, 53, 16, 16, ImageResampling.Bicubic)]
    [InlineData(37, 53, 16, 16, ImageResampling.Bilinear)]
    [InlineData(16, 9, 40, 31, ImageResampling.Bicubic)]
    [InlineData(17, 9, 41, 31, ImageResampling.Bilinear)]
    [InlineData(100, 7, 10, 14, ImageResampling.Bicubic)]
    [InlineData(3, 1, 8, 8, ImageResampling.Bicubic)]
    [InlineData(20, 30, 20, 15, ImageResampling.Bicubic)]
    public void Resizing_is_Pillows_but_for_ties_of_its_rounding(
        int width, int height, int newWidth, int newHeight, ImageResampling resampling)
    {
        var image = ImageReaderTests.Noise(width, height, seed: width);
        var (expected, ties) = PlainResize.Of(image, newWidth, newHeight, resampling);

        var resized = ImageResizer.Resize(image, newWidth, newHeight, resampling);

        Assert.Equal((newWidth, newHeight), (resized.Width, resized.Height));
        for (var at = 0; at < expected.Length; at++)
        {
            Assert.InRange(Math.Abs(expected[at] - resized.Pixels[at]), 0, ties.Contains(at) ? 1 : 0);
        }

        Assert.True(ties.Count < expected.Length / 2, $"{ties.Count} of {expected.Length} are ties: the comparison shows little.");
    }

    [Fact]
    public void A_constant_stays_constant_and_an_image_keeps_its_own_size()
    {
        Assert.All(ImageResizer.Resize(RgbImage.Filled(31, 17, 200, 3, 90), 7, 50, ImageResampling.Bicubic).Pixels.Chunk(3),
            pixel => Assert.Equal<byte>([200, 3, 90], pixel));
        var image = ImageReaderTests.Noise(12, 9);
        Assert.Equal(image.Pixels, ImageResizer.Resize(image, 12, 9, ImageResampling.Bicubic).Pixels);
    }

    [Fact]
    public void SkiaSharps_cubic_filter_is_not_widened_and_far_from_Pillows()
    {
        var image = Detailed(640, 480);
        using var bitmap = SKBitmap.Decode(ImageForge.Encoded(image, SKEncodedImageFormat.Png));
        using var small = bitmap.Resize(
            new SKImageInfo(224, 224, SKColorType.Rgba8888, SKAlphaType.Opaque), new SKSamplingOptions(SKCubicResampler.CatmullRom));
        var skia = Enumerable.Range(0, 224 * 224).SelectMany(
            at => new[] { small.GetPixel(at % 224, at / 224) }.SelectMany(pixel => new[] { pixel.Red, pixel.Green, pixel.Blue })).ToArray();
        var ours = ImageResizer.Resize(image, 224, 224, ImageResampling.Bicubic).Pixels;
        var (pillow, _) = PlainResize.Of(image, 224, 224, ImageResampling.Bicubic);

        var (skiaOff, oursOff) = (Difference(skia, pillow), Difference(ours, pillow));

        output.WriteLine($"SkiaSharp: mean {skiaOff.Mean:f2}, largest {skiaOff.Largest} of 255; here: mean {oursOff.Mean:f6}, largest "
            + $"{oursOff.Largest}");
        Assert.True(skiaOff.Mean > 5 && skiaOff.Largest > 40);
        Assert.True(oursOff.Mean < 0.01 && oursOff.Largest <= 1);
    }

    [Theory]
    [InlineData(50, 20)]
    [InlineData(20, 51)]
    [InlineData(33, 33)]
    public void CLIPs_images_are_the_middle_of_one_whose_shorter_side_is_the_squares(int width, int height)
    {
        using var scope = NewDisposeScope();
        var image = ImageReaderTests.Noise(width, height);
        var processor = ImageProcessor.Clip with { Size = 14 };

        var values = processor.Run(image).data<float>().ToArray();

        var (across, down) = width < height ? (14, 14 * height / width) : (14 * width / height, 14);
        var whole = ImageResizer.Resize(image, across, down, ImageResampling.Bicubic);
        var (left, top) = ((across - 14) / 2, (down - 14) / 2);
        for (var at = 0; at < values.Length; at++)
        {
            var (colour, row, column) = (at / 196, at / 14 % 14, at % 14);
            var pixel = whole.Pixels[3 * ((row + top) * across + column + left) + colour];
            Assert.Equal((pixel / 255.0 - processor.Mean[colour]) / processor.Std[colour], values[at], 1e-6);
        }
    }

    [Fact]
    public void SigLIPs_images_are_stretched_and_lie_between_minus_one_and_one()
    {
        using var scope = NewDisposeScope();
        var white = ImageProcessor.SigLip.Run(RgbImage.Filled(5, 90, 255, 0, 128));

        Assert.Equal([3, 224, 224], white.shape);
        Assert.Equal(
            [1f, -1f, (float)(128 / 255.0 * 2 - 1)], new[] { 0, 1, 2 }.Select(colour => white[colour].mean().item<float>()).ToArray(),
            (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(40, 20)]
    [InlineData(20, 40)]
    [InlineData(41, 20)]
    public void Padding_puts_an_image_into_the_middle_of_the_mean_colour(int width, int height)
    {
        var processor = (ImageProcessor.Clip with { Resampling = ImageResampling.Bilinear }).Padded(Math.Max(width, height));

        var square = processor.Square(RgbImage.Filled(width, height, 255, 255, 255));

        // (int)(mean·255), as LLaVA has it.
        byte[] mean = [122, 116, 104];
        var side = Math.Max(width, height);
        for (var at = 0; at < side * side; at++)
        {
            var (x, y) = (at % side - (side - width) / 2, at / side - (side - height) / 2);
            Assert.Equal(x >= 0 && x < width && y >= 0 && y < height ? [255, 255, 255] : mean, square.Pixels.AsSpan(3 * at, 3).ToArray());
        }
    }

    [Fact]
    public void An_image_of_extreme_shape_takes_no_more_memory_than_the_square()
    {
        var line = RgbImage.Filled(100_000, 1, 10, 20, 30);

        var square = (ImageProcessor.Clip with { Size = 224 }).Square(line);

        Assert.All(square.Pixels.Chunk(3), pixel => Assert.Equal<byte>([10, 20, 30], pixel));
    }

    [Theory]
    [InlineData(ImageFit.Pad, 20_000, 2)]
    [InlineData(ImageFit.Stretch, 20, 2_000_000)]
    [InlineData(ImageFit.Crop, 20, 2_000_000)]
    public void An_image_too_far_from_a_square_is_refused_by_name(ImageFit fit, int width, int height)
    {
        var error = Assert.Throws<ImageFileException>(
            () => new ImageProcessor { Fit = fit }.Square(RgbImage.Filled(width, height, 1, 2, 3), "strip.png"));

        Assert.Equal(ImageFault.TooLarge, error.Fault);
        Assert.StartsWith("The image strip.png has ", error.Message, StringComparison.Ordinal);
    }

    private static RgbImage Detailed(int width, int height)
    {
        var image = ImageReaderTests.Smooth(width, height);
        for (var at = 0; at < width * height; at++)
        {
            var stripes = (byte)((at % width / 3 + at / width / 2) % 2 * 120);
            image.Pixels[3 * at] = (byte)Math.Min(255, image.Pixels[3 * at] / 2 + stripes);
            image.Pixels[3 * at + 1] = (byte)Math.Min(255, image.Pixels[3 * at + 1] / 2 + stripes);
        }

        return image;
    }

    private static (double Mean, int Largest) Difference(byte[] a, byte[] b)
    {
        var off = a.Zip(b, (left, right) => Math.Abs(left - right)).ToList();
        return (off.Average(), off.Max());
    }
}
