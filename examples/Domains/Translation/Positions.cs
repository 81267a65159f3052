using static TorchSharp.torch;

namespace Translation;

/// <summary>Sines and cosines of a token's place (Vaswani et al. 2017): channel 2i of place p is sin(p/10000^(2i/D)), channel 2i + 1 its
/// cosine.</summary>
internal static class Positions
{
    /// <summary>Of the first places, [L, D].</summary>
    public static Tensor Of(int places, int width)
    {
        var values = new float[places * width];
        for (var at = 0; at < values.Length; at++)
        {
            var (place, channel) = (at / width, at % width);
            var angle = place / Math.Pow(10000, (channel - channel % 2) / (double)width);
            values[at] = (float)(channel % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
        }

        return tensor(values, [places, width]);
    }
}
