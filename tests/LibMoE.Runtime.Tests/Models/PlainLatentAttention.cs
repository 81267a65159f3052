namespace LibMoE.Runtime.Tests.Models;

/// <summary>Multi-head latent attention in plain double loops, head by head and token by token, as the paper's equations have it
/// (arXiv:2405.04434, 9 to 19). It keeps no latents: keys and values are made for each pair of tokens.</summary>
/// <param name="config">The backbone.</param>
/// <param name="state">The model's numbers by name.</param>
/// <param name="rotate">Turns a head's rotary channels by a position.</param>
internal sealed class PlainLatentAttention(
    ModelConfig config, IReadOnlyDictionary<string, double[]> state, Func<double[], int, double[]> rotate)
{
    private readonly LatentAttention _widths = config.LatentAttention!;

    public double[][] Mixed(double[][] x, string prefix)
    {
        var (plain, value) = (_widths.PlainChannels, _widths.ValueChannels);
        var queries = x.Select(row => Query(row, prefix)).ToArray();
        var down = x.Select(row => Multiply(row, prefix + "latent_down.weight")).ToArray();
        var made = down.Select(row => Multiply(Norm(row[.._widths.KeyValueRank], prefix + "latent_norm.weight"), prefix
            + "latent_up.weight").Chunk(plain + value).ToArray()).ToArray();
        var scale = ScaleOf(config);
        return [.. x.Select((_, token) => Multiply(
            [.. Enumerable.Range(0, config.Heads).SelectMany(head =>
            {
                var query = queries[token][head];
                var turned = rotate(query[plain..], token);
                var scores = Enumerable.Range(0, token + 1).Select(past => Math.Exp(scale * (Dot(query[..plain], made[past][head][..plain])
                    + Dot(turned, rotate(down[past][_widths.KeyValueRank..], past))))).ToArray();
                return Enumerable.Range(0, value).Select(channel => scores.Select((score, past) =>
                    score * made[past][head][plain + channel]).Sum() / scores.Sum());
            })],
            prefix + "output.weight"))];
    }

    private static double ScaleOf(ModelConfig config) =>
        config.AttentionScale ?? 1 / Math.Sqrt(config.LatentAttention!.PlainChannels + config.LatentAttention.RotaryChannels);

    private double[][] Query(double[] row, string prefix)
    {
        var from = _widths.QueryRank is null ? row : Norm(Multiply(row, prefix + "query_down.weight"), prefix + "query_norm.weight");
        var all = Multiply(from, prefix + (_widths.QueryRank is null ? "query.weight" : "query_up.weight"));
        return [.. all.Chunk(_widths.PlainChannels + _widths.RotaryChannels)];
    }

    private double[] Norm(double[] row, string weight)
    {
        var scale = 1 / Math.Sqrt(row.Average(value => value * value) + (_widths.NormEpsilon ?? config.NormEpsilon));
        return [.. row.Zip(state[weight], (value, w) => value * scale * w)];
    }

    private double[] Multiply(double[] row, string matrix) => [.. state[matrix].Chunk(row.Length).Select(weights => Dot(weights, row))];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (left, right) => left * right).Sum();
}
