using LibMoE.Runtime.Kernels.Backbone;
using LibMoE.Runtime.Kernels.Backbone.Attending;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

/// <summary>The sizes of an attention, with the formulas in plain loops of float64.</summary>
internal sealed record AttentionCase(int Sequences, int Heads, int KeyHeads, int Tokens, int Keys, int Channels)
{
    public int? Window { get; init; }

    public int ValueChannels { get; init; } = Channels;

    /// <summary>The same with channels that are the smallest multiples of another number.</summary>
    public AttentionCase WithUnit(int unit) => this with { Channels = Channels / 16 * unit, ValueChannels = ValueChannels / 16 * unit };

    public Tensor Compute(AttentionKernel kernel, Tensor query, Tensor key, Tensor value, double scale) =>
        FusedAttention.Compute(kernel, query, key, value, scale, Window);

    /// <summary>Transposed views, as projections give them.</summary>
    public AttentionInputsOfCase Draw()
    {
        using var generator = new Generator(7);
        return new(Draw(Tokens, Heads, Channels), Draw(Keys, KeyHeads, Channels), Draw(Keys, KeyHeads, ValueChannels),
            Draw(Tokens, Heads, ValueChannels));

        Tensor Draw(int tokens, int heads, int channels) =>
            randn([Sequences, tokens, heads, channels], generator: generator).transpose(1, 2);
    }

    /// <summary>y and all gradients.</summary>
    public Dictionary<string, Tensor> Oracle(AttentionInputsOfCase inputs, double scale)
    {
        var (q, k, v, g) = (Numbers(inputs.Query), Numbers(inputs.Key), Numbers(inputs.Value), Numbers(inputs.Upstream));
        var y = new double[Sequences, Heads, Tokens, ValueChannels];
        var (dq, dk, dv) = (new double[Sequences, Heads, Tokens, Channels], new double[Sequences, KeyHeads, Keys, Channels],
            new double[Sequences, KeyHeads, Keys, ValueChannels]);
        for (var s = 0; s < Sequences; s++)
        {
            for (var a = 0; a < Heads; a++)
            {
                for (var l = 0; l < Tokens; l++)
                {
                    Row(s, a, a / (Heads / KeyHeads), l);
                }
            }
        }

        return new() { ["y"] = tensor(y), ["query"] = tensor(dq), ["key"] = tensor(dk), ["value"] = tensor(dv) };

        void Row(int s, int a, int h, int l)
        {
            var own = l + Keys - Tokens;
            var seen = Enumerable.Range(0, own + 1).Where(p => Window is not { } most || p > own - most).ToArray();
            var scores = seen.Select(p => scale * Sum(Channels, c => q[s, a, l, c] * k[s, h, p, c])).ToArray();
            var largest = scores.Max();
            var total = scores.Sum(score => Math.Exp(score - largest));
            var weights = scores.Select(score => Math.Exp(score - largest) / total).ToArray();
            var dWeights = seen.Select(p => Sum(ValueChannels, w => g[s, a, l, w] * v[s, h, p, w])).ToArray();
            var mean = Sum(seen.Length, i => weights[i] * dWeights[i]);
            for (var i = 0; i < seen.Length; i++)
            {
                var (p, dScore) = (seen[i], scale * weights[i] * (dWeights[i] - mean));
                for (var w = 0; w < ValueChannels; w++)
                {
                    y[s, a, l, w] += weights[i] * v[s, h, p, w];
                    dv[s, h, p, w] += weights[i] * g[s, a, l, w];
                }

                for (var c = 0; c < Channels; c++)
                {
                    dq[s, a, l, c] += dScore * k[s, h, p, c];
                    dk[s, h, p, c] += dScore * q[s, a, l, c];
                }
            }
        }
    }

    private static double Sum(int count, Func<int, double> term) => Enumerable.Range(0, count).Sum(term);

    private static double[,,,] Numbers(Tensor x)
    {
        var (flat, sizes) = (x.to(ScalarType.Float64).contiguous().data<double>().ToArray(), x.shape);
        var numbers = new double[sizes[0], sizes[1], sizes[2], sizes[3]];
        Buffer.BlockCopy(flat, 0, numbers, 0, sizeof(double) * flat.Length);
        return numbers;
    }
}

/// <summary>Float32 inputs and the gradient to the output.</summary>
internal sealed record AttentionInputsOfCase(Tensor Query, Tensor Key, Tensor Value, Tensor Upstream);
