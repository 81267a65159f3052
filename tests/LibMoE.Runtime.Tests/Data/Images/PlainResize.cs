namespace LibMoE.Runtime.Tests.Data.Images;

/// <summary>
/// Pillow's resampling in float64 as its description has it: the filter is stretched by the factor that the image shrinks, weights are made
/// to sum to 1, rows first, then columns, each rounded to 8 bits.
/// </summary>
internal static class PlainResize
{
    /// <summary>The pixels, and which of them lie so near to a half that integer weights may round them the other way.</summary>
    public static (byte[] Pixels, HashSet<int> Ties) Of(RgbImage image, int width, int height, ImageResampling resampling)
    {
        var ties = new HashSet<int>();
        var across = new double[image.Height, width, 3];
        for (var row = 0; row < image.Height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                for (var colour = 0; colour < 3; colour++)
                {
                    var exact = Mean(column, image.Width, width, resampling, x => image.Pixels[3 * (row * image.Width + x) + colour]);
                    if (IsTie(exact))
                    {
                        // What is made of it in this column.
                        ties.UnionWith(
                            Enumerable.Range(0, height).Where(y => Reaches(y, row)).Select(y => 3 * (y * width + column) + colour));
                    }

                    across[row, column, colour] = Rounded(exact);
                }
            }
        }

        var pixels = new byte[3 * width * height];
        for (var at = 0; at < pixels.Length; at++)
        {
            var (row, column, colour) = (at / 3 / width, at / 3 % width, at % 3);
            var exact = Mean(row, image.Height, height, resampling, y => across[y, column, colour]);
            if (IsTie(exact))
            {
                ties.Add(at);
            }

            pixels[at] = (byte)Rounded(exact);
        }

        return (pixels, ties);

        bool Reaches(int place, int row)
        {
            var scale = image.Height / (double)height;
            return Filter((row + 0.5 - (place + 0.5) * scale) / Math.Max(scale, 1), resampling) != 0;
        }
    }

    private static double Mean(int place, int size, int places, ImageResampling resampling, Func<int, double> at)
    {
        var scale = size / (double)places;
        var stretch = scale > 1 ? scale : 1;
        var centre = (place + 0.5) * scale;
        var (sum, total) = (0.0, 0.0);
        for (var x = 0; x < size; x++)
        {
            // The pixel's middle, counted from the centre in units of the filter.
            var weight = Filter((x + 0.5 - centre) / stretch, resampling);
            sum += weight * at(x);
            total += weight;
        }

        return sum / total;
    }

    private static double Filter(double distance, ImageResampling resampling)
    {
        var d = Math.Abs(distance);
        if (resampling == ImageResampling.Bilinear)
        {
            return d < 1 ? 1 - d : 0;
        }

        const double a = -0.5;
        return d < 1 ? (a + 2) * Math.Pow(d, 3) - (a + 3) * d * d + 1
            : d < 2 ? a * Math.Pow(d, 3) - 5 * a * d * d + 8 * a * d - 4 * a
            : 0;
    }

    private static double Rounded(double value) => Math.Clamp(Math.Floor(value + 0.5), 0, 255);

    private static bool IsTie(double value) => Math.Abs(value - Math.Floor(value) - 0.5) < 0.002;
}
