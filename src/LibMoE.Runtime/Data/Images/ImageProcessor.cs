using LibMoE.Runtime.Data.Images;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Turns decoded images into what an image encoder takes: squares of one size, (value/255 − mean)/std for each colour.</summary>
/// <remarks>The rows below are the processors that published encoders were trained with (their <c>preprocessor_config.json</c>).</remarks>
public sealed record ImageProcessor
{
    /// <summary>Pixels of a side.</summary>
    public int Size { get; init; } = 224;

    /// <summary>How an image becomes a square.</summary>
    public ImageFit Fit { get; init; } = ImageFit.Stretch;

    /// <summary>How it is resized.</summary>
    public ImageResampling Resampling { get; init; } = ImageResampling.Bicubic;

    /// <summary>The mean of red, green and blue, from 0 to 1; also the colour that <see cref="ImageFit.Pad"/> pads with.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [0.5, 0.5, 0.5];

    /// <summary>What the difference to the mean is divided by.</summary>
    public IReadOnlyList<double> Std { get; init; } = [0.5, 0.5, 0.5];

    /// <summary>CLIP's: the shorter side by bicubic resampling, the middle cut out, OpenAI's means.</summary>
    public static ImageProcessor Clip { get; } = new()
    {
        Fit = ImageFit.Crop,
        Mean = [0.48145466, 0.4578275, 0.40821073],
        Std = [0.26862954, 0.26130258, 0.27577711],
    };

    /// <summary>SigLIP's: stretched by bicubic resampling.</summary>
    public static ImageProcessor SigLip { get; } = new();

    /// <summary>SigLIP2's of fixed size: stretched by bilinear resampling.</summary>
    public static ImageProcessor SigLip2 { get; } = new() { Resampling = ImageResampling.Bilinear };

    /// <summary>The same for images as an encoder takes them, padded to squares as LLaVA and LibMoE do.</summary>
    /// <param name="size">Pixels of a side: the encoder's at its largest scale.</param>
    public ImageProcessor Padded(int size) => this with { Size = size, Fit = ImageFit.Pad };

    /// <summary>Prepares one image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <returns>[3, Size, Size] float32 on the CPU.</returns>
    /// <exception cref="ImageFileException">The image is too long for its width, or too wide for its height.</exception>
    public Tensor Run(RgbImage image, string name = "given")
    {
        var square = Square(image, name);
        var values = new float[3L * Size * Size];
        var plane = Size * Size;
        for (var colour = 0; colour < 3; colour++)
        {
            var normalised = Normalised(colour);
            for (var pixel = 0; pixel < plane; pixel++)
            {
                values[colour * plane + pixel] = normalised[square.Pixels[3 * pixel + colour]];
            }
        }

        return tensor(values, [3, Size, Size]);
    }

    /// <summary>The image as a square of <see cref="Size"/>, before colours are normalised.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <returns>The square.</returns>
    /// <exception cref="ImageFileException">The image is too long for its width, or too wide for its height: what stands between it and
    /// the square would have more than twice <see cref="ImageReader.MostPixels"/>.</exception>
    public RgbImage Square(RgbImage image, string name = "given")
    {
        long longer = Math.Max(image.Width, image.Height);
        if (longer * (Fit == ImageFit.Pad ? longer : Size) > 2 * ImageReader.MostPixels)
        {
            throw new ImageFileException(
                name, ImageFault.TooLarge,
                $"has {image.Width} by {image.Height} pixels, too far from a square: "
                + $"more than {2 * ImageReader.MostPixels} would stand between it and {Size} by {Size}");
        }

        return Fit switch
        {
            ImageFit.Stretch => ImageResizer.Resize(image, Size, Size, Resampling),
            ImageFit.Crop => Cropped(image),
            _ => ImageResizer.Resize(PaddedToSquare(image), Size, Size, Resampling),
        };
    }

    /// <summary>(value/255 − mean)/std for each of the 256 values of a colour.</summary>
    internal float[] Normalised(int colour) =>
        [.. Enumerable.Range(0, 256).Select(value => (float)((value / 255.0 - Mean[colour]) / Std[colour]))];

    /// <summary>The longer side is rounded down, and so is the place where the cut begins.</summary>
    private RgbImage Cropped(RgbImage image)
    {
        var shorter = Math.Min(image.Width, image.Height);
        return ImageResizer.Resize(image, Middle(image.Width), Middle(image.Height), Resampling);

        (int Whole, int First, int Count) Middle(int side)
        {
            var whole = (int)((long)Size * side / shorter);
            return (whole, (whole - Size) / 2, Size);
        }
    }

    private RgbImage PaddedToSquare(RgbImage image)
    {
        if (image.Width == image.Height)
        {
            return image;
        }

        var side = Math.Max(image.Width, image.Height);
        var square = RgbImage.Filled(side, side, (byte)(Mean[0] * 255), (byte)(Mean[1] * 255), (byte)(Mean[2] * 255));
        square.Paste(image, (side - image.Width) / 2, (side - image.Height) / 2);
        return square;
    }
}
