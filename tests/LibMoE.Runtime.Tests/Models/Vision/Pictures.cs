using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.Vision;

/// <summary>Random images as encoders take them.</summary>
internal static class Pictures
{
    /// <summary>[C, H, W] from −1 to 1.</summary>
    public static double[,,] Random(int height, int width, int seed)
    {
        var random = new Random(seed);
        var image = new double[3, height, width];
        foreach (var (channel, row, column) in Places(image))
        {
            image[channel, row, column] = (float)(2 * random.NextDouble() - 1);
        }

        return image;
    }

    /// <summary>[I, C, H, W].</summary>
    public static Tensor Batch(ScalarType type, params double[][,,] images) => tensor(
        images.SelectMany(image => Places(image).Select(place => image[place.Channel, place.Row, place.Column])).ToArray(),
        [images.Length, 3, images[0].GetLength(1), images[0].GetLength(2)]).to(type);

    /// <summary>The numbers of a tensor.</summary>
    public static double[] Values(Tensor tensor) => tensor.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();

    private static IEnumerable<(int Channel, int Row, int Column)> Places(double[,,] image) =>
        from channel in Enumerable.Range(0, 3)
        from row in Enumerable.Range(0, image.GetLength(1))
        from column in Enumerable.Range(0, image.GetLength(2))
        select (channel, row, column);
}
