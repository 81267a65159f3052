namespace LibMoE.Runtime.Tests.Models.Vision;

/// <summary>
/// What a CLIP or SigLIP image encoder computes, in plain double loops, written from transformers' description of both and reading tensors
/// under the names that they have there. It knows nothing of this library's models.
/// </summary>
/// <param name="tensors">By the name behind <c>vision_model.</c></param>
/// <param name="settings">What the configuration says.</param>
internal sealed class PlainVision(IReadOnlyDictionary<string, double[]> tensors, PlainVision.Settings settings)
{
    /// <summary>What the configuration says.</summary>
    internal sealed record Settings(string Family, int Image, int Patch, int Dim, int Layers, int Heads, string Activation, double Epsilon);

    /// <summary>The hidden states [1 + layers][tokens][D] of one image [C][H][W], each before the last norm;
    /// the first is what the blocks start from.</summary>
    public List<double[][]> HiddenStates(double[,,] image, double[][]? positions = null)
    {
        var x = Patches(image);
        positions ??= [.. tensors["embeddings.position_embedding.weight"].Chunk(settings.Dim)];
        x = [.. x.Select((token, at) => Sum(token, positions[at]))];
        if (settings.Family == "clip")
        {
            x = [.. x.Select(token => Norm(token, "pre_layrnorm."))];
        }

        var states = new List<double[][]> { x };
        for (var layer = 0; layer < settings.Layers; layer++)
        {
            var name = $"encoder.layers.{layer}.";
            var mixed = Attention([.. x.Select(token => Norm(token, name + "layer_norm1."))], name + "self_attn.");
            x = [.. x.Select((token, at) => Sum(token, mixed[at]))];
            x = [.. x.Select(token => Sum(token, Mlp(Norm(token, name + "layer_norm2."), name + "mlp.")))];
            states.Add(x);
        }

        return states;
    }

    /// <summary>The last norm.</summary>
    public double[] Last(double[] token) => Norm(token, "post_layernorm.");

    private double[][] Patches(double[,,] image)
    {
        var (kernel, bias) = (tensors["embeddings.patch_embedding.weight"], tensors.GetValueOrDefault("embeddings.patch_embedding.bias"));
        var tokens = new List<double[]>();
        if (tensors.TryGetValue("embeddings.class_embedding", out var first))
        {
            tokens.Add(first);
        }

        var size = settings.Patch;
        for (var top = 0; top + size <= image.GetLength(1); top += size)
        {
            for (var left = 0; left + size <= image.GetLength(2); left += size)
            {
                var token = new double[settings.Dim];
                for (var unit = 0; unit < settings.Dim; unit++)
                {
                    token[unit] = bias?[unit] ?? 0;
                    for (var channel = 0; channel < 3; channel++)
                    {
                        for (var row = 0; row < size; row++)
                        {
                            for (var column = 0; column < size; column++)
                            {
                                token[unit] += image[channel, top + row, left + column]
                                    * kernel[((unit * 3 + channel) * size + row) * size + column];
                            }
                        }
                    }
                }

                tokens.Add(token);
            }
        }

        return [.. tokens];
    }

    private double[][] Attention(double[][] x, string name)
    {
        var width = settings.Dim / settings.Heads;
        var (q, k, v) = (All("q_proj."), All("k_proj."), All("v_proj."));
        var mixed = x.Select(_ => new double[settings.Dim]).ToArray();
        for (var head = 0; head < settings.Heads; head++)
        {
            var from = head * width;
            for (var token = 0; token < x.Length; token++)
            {
                var scores =
                    x.Select((_, other) => Enumerable.Range(from, width).Sum(c => q[token][c] * k[other][c]) / Math.Sqrt(width)).ToArray();
                var largest = scores.Max();
                var weights = scores.Select(score => Math.Exp(score - largest)).ToArray();
                var total = weights.Sum();
                for (var other = 0; other < x.Length; other++)
                {
                    for (var c = from; c < from + width; c++)
                    {
                        mixed[token][c] += weights[other] / total * v[other][c];
                    }
                }
            }
        }

        return [.. mixed.Select(token => Linear(token, name + "out_proj."))];

        double[][] All(string projection) => [.. x.Select(token => Linear(token, name + projection))];
    }

    private double[] Mlp(double[] x, string name) => Linear([.. Linear(x, name + "fc1.").Select(Act)], name + "fc2.");

    private double Act(double u) => settings.Activation switch
    {
        "quick_gelu" => u / (1 + Math.Exp(-1.702 * u)),
        "gelu_pytorch_tanh" => 0.5 * u * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (u + 0.044715 * Math.Pow(u, 3)))),
        "gelu" => 0.5 * u * (1 + MathNet.Numerics.SpecialFunctions.Erf(u / Math.Sqrt(2))),
        _ => throw new NotSupportedException(settings.Activation),
    };

    private double[] Linear(double[] x, string name)
    {
        var bias = tensors[name + "bias"];
        return [.. tensors[name + "weight"].Chunk(x.Length).Select((row, unit) => row.Zip(x, (a, b) => a * b).Sum() + bias[unit])];
    }

    private double[] Norm(double[] x, string name)
    {
        var mean = x.Average();
        var scale = 1 / Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + settings.Epsilon);
        return [.. x.Select((value, unit) => (value - mean) * scale * tensors[name + "weight"][unit] + tensors[name + "bias"][unit])];
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (left, right) => left + right)];
}
