namespace LibMoE.Runtime.Data.Images;

/// <summary>
/// Resizes by Pillow's algorithm: a filter that is widened where the image becomes smaller (antialiasing), first along rows, then
/// along columns, each in integers of 22 binary places, rounded to 8 bits between.
/// </summary>
/// <remarks>Published image encoders were trained on images resized by Pillow; SkiaSharp's cubic filter is not widened, see
/// docs/vision.md.</remarks>
internal static class ImageResizer
{
    /// <summary>32 bits, less the 8 of a value and 2 for a sum of weights that overshoots.</summary>
    private const int Places = 32 - 8 - 2;

    /// <summary>Resizes.</summary>
    public static RgbImage Resize(RgbImage image, int width, int height, ImageResampling resampling) =>
        Resize(image, (width, 0, width), (height, 0, height), resampling);

    /// <summary>A part of a resized image; only that part is computed.</summary>
    /// <param name="image">The image.</param>
    /// <param name="across">How wide the whole would be, and the first and the number of columns that are wanted.</param>
    /// <param name="down">How high the whole would be, and the first and the number of rows that are wanted.</param>
    /// <param name="resampling">The filter.</param>
    public static RgbImage Resize(
        RgbImage image, (int Whole, int First, int Count) across, (int Whole, int First, int Count) down, ImageResampling resampling)
    {
        var columns = Along(image.Pixels, Weights(image.Width, across, resampling), image.Height, (1, image.Width), (1, across.Count));
        var rows = Along(columns, Weights(image.Height, down, resampling), across.Count, (across.Count, 1), (across.Count, 1));
        return new RgbImage(across.Count, down.Count, rows);
    }

    /// <summary>Along one direction.</summary>
    /// <param name="source">The pixels.</param>
    /// <param name="weights">Of each place.</param>
    /// <param name="lines">How many lines there are beside each other.</param>
    /// <param name="from">Pixels from a place to the next, and from a line to the next, in the source.</param>
    /// <param name="to">The same in the result.</param>
    private static byte[] Along(
        byte[] source, (int First, int[] Weights)[] weights, int lines, (int Place, int Line) from, (int Place, int Line) to)
    {
        var target = new byte[3L * lines * weights.Length];
        Parallel.For(0, lines, line =>
        {
            for (var place = 0; place < weights.Length; place++)
            {
                var (first, kernel) = weights[place];
                int red = 1 << (Places - 1), green = red, blue = red;
                var at = 3 * (line * from.Line + first * from.Place);
                foreach (var weight in kernel)
                {
                    red += source[at] * weight;
                    green += source[at + 1] * weight;
                    blue += source[at + 2] * weight;
                    at += 3 * from.Place;
                }

                var into = 3 * (line * to.Line + place * to.Place);
                (target[into], target[into + 1], target[into + 2]) = (Byte(red), Byte(green), Byte(blue));
            }
        });
        return target;
    }

    private static byte Byte(int sum) => (byte)Math.Clamp(sum >> Places, 0, 255);

    /// <summary>The first pixel that each place is made of, and the weights from there on.</summary>
    /// <remarks>An image that keeps its size has the weight 1 of each pixel, which changes none.</remarks>
    private static (int First, int[] Weights)[] Weights(int size, (int Whole, int First, int Count) wanted, ImageResampling resampling)
    {
        var scale = (double)size / wanted.Whole;
        var stretch = Math.Max(scale, 1);
        var inverse = 1 / stretch;
        var (radius, filter) = resampling == ImageResampling.Bicubic ? (2.0, (Func<double, double>)Cubic) : (1.0, Triangle);
        var support = radius * stretch;
        var weights = new (int, int[])[wanted.Count];
        for (var place = 0; place < weights.Length; place++)
        {
            var centre = (place + wanted.First + 0.5) * scale;
            var first = Math.Max((int)(centre - support + 0.5), 0);
            var end = Math.Min((int)(centre + support + 0.5), size);
            var kernel = new double[end - first];
            for (var x = 0; x < kernel.Length; x++)
            {
                kernel[x] = filter((x + first - centre + 0.5) * inverse);
            }

            var sum = kernel.Sum();
            weights[place] = (first, Array.ConvertAll(kernel, weight => Fixed(weight / sum)));
        }

        return weights;
    }

    /// <summary>Half away from 0.</summary>
    private static int Fixed(double weight) => (int)(weight * (1 << Places) + (weight < 0 ? -0.5 : 0.5));

    private static double Triangle(double x) => Math.Max(1 - Math.Abs(x), 0);

    private static double Cubic(double x)
    {
        const double A = -0.5;
        x = Math.Abs(x);
        return x < 1 ? ((A + 2) * x - (A + 3)) * x * x + 1
            : x < 2 ? (((x - 5) * x + 8) * x - 4) * A
            : 0;
    }
}
