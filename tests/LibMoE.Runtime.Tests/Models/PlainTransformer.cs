using System.Numerics;

namespace LibMoE.Runtime.Tests.Models;

/// <summary>The model's forward pass in plain double loops, one sequence at a time, read from a state dict:
/// an oracle without libtorch.</summary>
internal sealed class PlainTransformer(ModelConfig config, IReadOnlyDictionary<string, double[]> state)
{
    private readonly int _width = config.Dim;
    private readonly int _head = config.HeadWidth;

    /// <summary>Logits [L][V] of one text.</summary>
    public double[][] Logits(IReadOnlyList<long> ids) =>
        Logits([.. ids.Select(id => state["embedding.weight"].AsSpan((int)id * _width, _width).ToArray())]);

    /// <summary>Logits [L][V] of one text, from the vectors that its blocks start from.</summary>
    public double[][] Logits(double[][] embedded)
    {
        var x = embedded.Select(row => row.Select(value => value * (config.EmbeddingScale ?? 1)).ToArray()).ToArray();
        for (var block = 0; block < config.Layers; block++)
        {
            var prefix = $"blocks.{block}.";
            Add(x, After(Attention(Before(x, prefix + "attention_norm."), prefix + "attention.", block), prefix + "attention_after_norm."));
            Add(x, After(FeedForward(Before(x, prefix + "ffn_norm."), prefix + "ffn."), prefix + "ffn_after_norm."));
        }

        var head = config.TieEmbeddings ? "embedding." : "head.";
        return [.. Normalize(x, "norm.").Select(row => Project(row, head).Select(logit => logit * (config.LogitScale ?? 1)).ToArray())];
    }

    private double[][] Before(double[][] x, string norm) => config.NormPlacement == NormPlacement.After ? x : Normalize(x, norm);

    private double[][] After(double[][] x, string norm)
    {
        var normed = config.NormPlacement == NormPlacement.Before ? x : Normalize(x, norm);
        return [.. normed.Select(row => row.Select(value => value * (config.ResidualScale ?? 1)).ToArray())];
    }

    private static void Add(double[][] x, double[][] change)
    {
        for (var token = 0; token < x.Length; token++)
        {
            x[token] = [.. x[token].Zip(change[token], (a, b) => a + b)];
        }
    }

    private double[][] Attention(double[][] x, string prefix, int block)
    {
        if (config.LatentAttention is not null)
        {
            return new PlainLatentAttention(config, state, Rotate).Mixed(x, prefix);
        }

        var window = config.Window is { } most && config.WindowBlocks?.Contains(block) != false ? most : x.Length;
        var queries = Heads(x, prefix + "query.", prefix + "query_norm.");
        var keys = Heads(x, prefix + "key.", prefix + "key_norm.");
        var values = x.Select(row => Project(row, prefix + "value.").Chunk(_head).ToArray()).ToArray();
        var share = config.Heads / config.KeyValueHeadCount;
        var result = new double[x.Length][];
        for (var token = 0; token < x.Length; token++)
        {
            var mixed = new double[config.Heads * _head];
            for (var head = 0; head < config.Heads; head++)
            {
                // A token outside the window has a weight of 0; a sink only takes from the others.
                var scores = Enumerable.Range(0, token + 1)
                    .Select(past => past <= token - window ? 0 : Math.Exp(Dot(queries[token][head], keys[past][head / share])
                        * (config.AttentionScale ?? 1 / Math.Sqrt(_head)))).ToArray();
                var sink = state.TryGetValue(prefix + "sinks", out var sinks) ? Math.Exp(sinks[head]) : 0;
                for (var past = 0; past <= token; past++)
                {
                    for (var channel = 0; channel < _head; channel++)
                    {
                        mixed[head * _head + channel] += scores[past] / (scores.Sum() + sink) * values[past][head / share][channel];
                    }
                }
            }

            result[token] = Project(mixed, prefix + "output.");
        }

        return result;
    }

    private double[][][] Heads(double[][] x, string projection, string norm) =>
        [.. x.Select((row, position) => Whole(Project(row, projection), norm).Chunk(_head)
            .Select(
                head => NormsHeads(afterRotary: false) ? NormalizeRow(head, norm, NormKind.Rms) : head)
            .Select(head => Rotate(head, position))
            .Select(head => NormsHeads(afterRotary: true) ? NormalizeRow(head, norm, NormKind.Rms) : head).ToArray())];

    private bool NormsHeads(bool afterRotary) => config is { QueryKeyNorm: true, QueryKeyNormAcrossHeads: false }
        && config.QueryKeyNormAfterRotary == afterRotary;

    private double[] Whole(double[] row, string norm) => config.QueryKeyNormAcrossHeads ? NormalizeRow(row, norm, NormKind.Rms) : row;

    private double[] Rotate(double[] head, int position)
    {
        var turned = (double[])head.Clone();
        var pairs = config.RotaryChannels / 2;
        for (var pair = 0; pair < pairs; pair++)
        {
            var (first, second) = config.RotaryLayout == RotaryLayout.Half ? (pair, pair + pairs) : (2 * pair, 2 * pair + 1);
            var angle = position * Scaled(Math.Pow(config.RotaryBase, -2.0 * pair / config.RotaryChannels), pair);
            var product = new Complex(head[first], head[second]) * Complex.FromPolarCoordinates(Length(config.RotaryScaling), angle);
            (turned[first], turned[second]) = (product.Real, product.Imaginary);
        }

        return turned;
    }

    /// <summary>By wavelengths, as Meta's llama-models has it.</summary>
    private double Scaled(double frequency, int pair)
    {
        if (config.RotaryScaling is not { } scaling)
        {
            return frequency;
        }

        if (scaling.Kind == RotaryScalingKind.Yarn)
        {
            var slowed = Slowed(scaling, pair);
            return frequency * (1 - slowed + slowed / scaling.Factor);
        }

        var wavelength = 2 * Math.PI / frequency;
        if (scaling.Kind == RotaryScalingKind.Linear || wavelength > scaling.FirstContext / scaling.LowFrequency)
        {
            return frequency / scaling.Factor;
        }

        if (wavelength < scaling.FirstContext / scaling.HighFrequency)
        {
            return frequency;
        }

        var smooth = (scaling.FirstContext / wavelength - scaling.LowFrequency) / (scaling.HighFrequency - scaling.LowFrequency);
        return (1 - smooth) * frequency / scaling.Factor + smooth * frequency;
    }

    /// <summary>The part of a frequency that YaRN divides, by turns in the first context: between two numbers of turns it is linear in
    /// their logarithm, which is linear in the number of the pair.</summary>
    private double Slowed(RotaryScaling scaling, int pair)
    {
        double Turns(double at) => scaling.FirstContext / (2 * Math.PI) * Math.Pow(config.RotaryBase, -2 * at / config.RotaryChannels);
        double At(double turns) => config.RotaryChannels / 2.0 * Math.Log(Turns(0) / turns, config.RotaryBase);
        var (first, last) = (At(scaling.FastTurns ?? 32), At(scaling.SlowTurns ?? 1));
        (first, last) = scaling.ExactChannels ? (first, last) : (Math.Floor(first), Math.Ceiling(last));
        (first, last) = (Math.Max(0, first), Math.Min(config.RotaryChannels - 1, last));
        last = last == first ? first + 0.001 : last;
        return Math.Clamp(Math.Log(Turns(first) / Turns(pair)) / Math.Log(Turns(first) / Turns(last)), 0, 1);
    }

    private static double Length(RotaryScaling? scaling) =>
        scaling?.Kind != RotaryScalingKind.Yarn ? 1 : scaling.AttentionFactor ?? 1 + Math.Log(scaling.Factor) / 10;

    private double[][] FeedForward(double[][] x, string prefix) => [.. x.Select(row =>
    {
        var gated = config.Activation is Activation.SwiGlu or Activation.GeGlu;
        var hidden = Multiply(row, state[prefix + (gated ? "gate_up" : "up")], state.GetValueOrDefault(prefix + "up_bias"));
        var active = gated
            ? [.. Enumerable.Range(0, config.Hidden).Select(unit => Act(hidden[unit]) * hidden[unit + config.Hidden])]
            : hidden.Select(Act).ToArray();
        return Multiply(active, state[prefix + "down"], state.GetValueOrDefault(prefix + "down_bias"));
    })];

    private double Act(double u) => config.Activation switch
    {
        Activation.Relu => Math.Max(u, 0),
        Activation.ReluSquared => Math.Max(u, 0) * Math.Max(u, 0),
        Activation.SwiGlu => u / (1 + Math.Exp(-u)),
        _ => throw new NotSupportedException($"The oracle has no {config.Activation}."),
    };

    private double[][] Normalize(double[][] x, string prefix) => [.. x.Select(row => NormalizeRow(row, prefix, config.Norm))];

    private double[] NormalizeRow(double[] row, string prefix, NormKind kind)
    {
        var mean = kind == NormKind.Layer ? row.Average() : 0;
        var scale = 1 / Math.Sqrt(row.Average(value => (value - mean) * (value - mean)) + config.NormEpsilon);
        var bias = state.GetValueOrDefault(prefix + "bias");
        var offset = config.NormUnitOffset ? 1 : 0;
        return [.. row.Select((value, i) => (value - mean) * scale * (offset + state[prefix + "weight"][i]) + (bias?[i] ?? 0))];
    }

    /// <summary>W·row + b, W [outputs, inputs].</summary>
    private double[] Project(double[] row, string prefix)
    {
        var bias = state.GetValueOrDefault(prefix + "bias");
        return [.. state[prefix + "weight"].Chunk(row.Length).Select((weights, i) => Dot(weights, row) + (bias?[i] ?? 0))];
    }

    /// <summary>row·W + b, W [inputs, outputs].</summary>
    private static double[] Multiply(double[] row, double[] matrix, double[]? bias)
    {
        var columns = matrix.Length / row.Length;
        return [.. Enumerable.Range(0, columns).Select(column =>
            row.Select((value, i) => value * matrix[i * columns + column]).Sum() + (bias?[column] ?? 0))];
    }

    private static double Dot(IEnumerable<double> a, IEnumerable<double> b) => a.Zip(b, (left, right) => left * right).Sum();
}
