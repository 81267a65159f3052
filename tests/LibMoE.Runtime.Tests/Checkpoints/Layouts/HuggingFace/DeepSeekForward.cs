using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;

/// <summary>
/// What DeepSeek-V2, DeepSeek-V3 and Kimi K2 compute from their folders, in plain double loops: written from their authors' code under the
/// names that settings and tensors have there. It knows nothing of this library's models.
/// </summary>
internal sealed class DeepSeekForward(JsonObject settings, IReadOnlyDictionary<string, (long[] Shape, float[] Values)> tensors)
{
    private const double LatentEpsilon = 1e-6;

    private readonly JsonElement _config = JsonDocument.Parse(settings.ToJsonString()).RootElement;

    /// <summary>Whether experts outside the kept groups count as 0, as in transformers, and not as −∞, as in the authors' code.</summary>
    public bool MasksByZero { get; init; }

    private double Epsilon => Double("rms_norm_eps", 1e-6);

    private int Plain => Int("qk_nope_head_dim");

    private int Rotary => Int("qk_rope_head_dim");

    private int Value => Int("v_head_dim");

    private int Latent => Int("kv_lora_rank");

    public double[][] Logits(IReadOnlyList<long> ids)
    {
        var x = ids.Select(id => Rows("model.embed_tokens.weight").ElementAt((int)id)).ToArray();
        for (var layer = 0; layer < Int("num_hidden_layers"); layer++)
        {
            var name = $"model.layers.{layer}.";
            var attention = Attention([.. x.Select(row => Rms(row, name + "input_layernorm", Epsilon))], name + "self_attn.");
            x = [.. x.Select((row, token) => Sum(row, attention[token]))];
            x = [.. x.Select(row => Sum(row, Mlp(Rms(row, name + "post_attention_layernorm", Epsilon), name + "mlp.")))];
        }

        return [.. x.Select(row => Linear(Rms(row, "model.norm", Epsilon), "lm_head"))];
    }

    private double[][] Attention(double[][] x, string name)
    {
        var queries = x.Select(row => (tensors.ContainsKey(name + "q_proj.weight")
            ? Linear(row, name + "q_proj")
            : Linear(Rms(Linear(row, name + "q_a_proj"), name + "q_a_layernorm", LatentEpsilon), name + "q_b_proj"))
            .Chunk(Plain + Rotary).ToArray()).ToArray();
        var down = x.Select(row => Linear(row, name + "kv_a_proj_with_mqa")).ToArray();
        var made = down.Select(row => Linear(Rms(row[..Latent], name + "kv_a_layernorm", LatentEpsilon), name + "kv_b_proj")
            .Chunk(Plain + Value).ToArray()).ToArray();
        var scale = Magnitude("mscale_all_dim", 0) * Magnitude("mscale_all_dim", 0) / Math.Sqrt(Plain + Rotary);
        return [.. x.Select((_, token) => Linear(
            [.. Enumerable.Range(0, Int("num_attention_heads")).SelectMany(head =>
            {
                var turned = Turned(queries[token][head][Plain..], token);
                var weights = Softmax([.. Enumerable.Range(0, token + 1).Select(past =>
                    scale * (Dot(queries[token][head][..Plain], made[past][head][..Plain])
                        + Dot(turned, Turned(down[past][Latent..], past))))]);
                return Enumerable.Range(0, Value).Select(
                    channel => weights.Select((weight, past) => weight * made[past][head][Plain + channel]).Sum());
            })],
            name + "o_proj"))];
    }

    /// <summary>Channels 2i and 2i + 1 as one complex number; under rope_interleave = false i and i + r/2.</summary>
    private double[] Turned(double[] head, int position)
    {
        var (turned, apart) = ((double[])head.Clone(), _config.TryGetProperty("rope_interleave", out var side) && !side.GetBoolean());
        var length = Magnitude("mscale", 1) / Magnitude("mscale_all_dim", 0);
        for (var i = 0; i < Rotary / 2; i++)
        {
            var (first, second) = apart ? (i, i + (Rotary / 2)) : (2 * i, (2 * i) + 1);
            var product = new Complex(head[first], head[second]) * Complex.FromPolarCoordinates(length, position * Frequency(i));
            (turned[first], turned[second]) = (product.Real, product.Imaginary);
        }

        return turned;
    }

    private JsonElement? Scaling =>
        _config.TryGetProperty("rope_scaling", out var part) && part.ValueKind == JsonValueKind.Object ? part : null;

    private double Magnitude(string name, double absent)
    {
        if (Scaling is not { } part)
        {
            return 1;
        }

        var factor = part.GetProperty("factor").GetDouble();
        var weight = part.TryGetProperty(name, out var stated) ? stated.GetDouble() : absent;
        return factor <= 1 ? 1 : (0.1 * weight * Math.Log(factor)) + 1;
    }

    /// <summary>YaRN as DeepSeek's code has it.</summary>
    private double Frequency(int pair)
    {
        var (theta, usual) = (Double("rope_theta", 10000), Math.Pow(Double("rope_theta", 10000), -2.0 * pair / Rotary));
        if (Scaling is not { } part)
        {
            return usual;
        }

        var low = Math.Max(0, Math.Floor(At(part.TryGetProperty("beta_fast", out var fast) ? fast.GetDouble() : 32)));
        var high = Math.Min(Rotary - 1, Math.Ceiling(At(part.TryGetProperty("beta_slow", out var slow) ? slow.GetDouble() : 1)));
        var ramp = Math.Clamp((pair - low) / (low == high ? 0.001 : high - low), 0, 1);
        return (ramp * usual / part.GetProperty("factor").GetDouble()) + ((1 - ramp) * usual);

        double At(double turns) => Rotary * Math.Log(part.GetProperty("original_max_position_embeddings").GetDouble()
            / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
    }

    private double[] Mlp(double[] x, string name)
    {
        if (!tensors.ContainsKey(name + "gate.weight"))
        {
            return Gated(x, name);
        }

        var logits = Linear(x, name + "gate");
        var isSigmoid = _config.GetProperty("scoring_func").GetString() == "sigmoid";
        var scores = isSigmoid ? [.. logits.Select(logit => 1 / (1 + Math.Exp(-logit)))] : Softmax(logits);
        var choice = tensors.TryGetValue(name + "gate.e_score_correction_bias", out var bias)
            ? scores.Zip(bias.Values, (score, b) => score + b).ToArray() : scores;
        var allowed = Allowed(choice, isSigmoid).ToList();
        var picked = Enumerable.Range(0, choice.Length).Where(expert => MasksByZero || allowed.Contains(expert))
            .OrderByDescending(expert => allowed.Contains(expert) ? choice[expert] : 0).Take(Int("num_experts_per_tok")).ToList();
        var total = _config.GetProperty("norm_topk_prob").GetBoolean() ? picked.Sum(expert => scores[expert]) : 1;
        var factor = Double("routed_scaling_factor", 1);
        return picked.Select(expert => Expert(x, name, expert).Select(value => value * scores[expert] / total * factor).ToArray())
            .Append(Gated(x, name + "shared_experts.")).Aggregate(Sum);
    }

    /// <summary>The experts of the best groups: by their largest score in V2, by the sum of their two largest in V3.</summary>
    private IEnumerable<int> Allowed(double[] choice, bool isSigmoid)
    {
        if (_config.GetProperty("topk_method").GetString() == "greedy")
        {
            return Enumerable.Range(0, choice.Length);
        }

        var size = choice.Length / Int("n_group");
        return choice.Chunk(size).Index().OrderByDescending(group => group.Item.OrderDescending().Take(isSigmoid ? 2 : 1).Sum())
            .Take(Int("topk_group")).SelectMany(group => Enumerable.Range(group.Index * size, size)).ToList();
    }

    private double[] Expert(double[] x, string name, int expert)
    {
        if (!tensors.ContainsKey(name + "experts.gate_up_proj"))
        {
            return Gated(x, $"{name}experts.{expert}.");
        }

        var both = Matrix(name + "experts.gate_up_proj", expert).Select(row => Dot(row, x)).ToArray();
        var half = both.Length / 2;
        double[] hidden = [.. both[..half].Zip(both[half..], (gate, up) => gate / (1 + Math.Exp(-gate)) * up)];
        return [.. Matrix(name + "experts.down_proj", expert).Select(row => Dot(row, hidden))];
    }

    private IEnumerable<double[]> Matrix(string name, int index) =>
        Rows(name).Skip(index * (int)tensors[name].Shape[1]).Take((int)tensors[name].Shape[1]);

    private double[] Gated(double[] x, string name) => Linear(
        [.. Linear(x, name + "gate_proj").Zip(Linear(x, name + "up_proj"), (gate, up) => gate / (1 + Math.Exp(-gate)) * up)],
        name + "down_proj");

    private double[] Linear(double[] x, string name) => [.. Rows(name + ".weight").Select(row => Dot(row, x))];

    private IEnumerable<double[]> Rows(string name) =>
        tensors[name].Values.Chunk((int)tensors[name].Shape[^1]).Select(row => Array.ConvertAll(row, number => (double)number));

    private double[] Rms(double[] x, string name, double epsilon)
    {
        var scale = 1 / Math.Sqrt(x.Average(value => value * value) + epsilon);
        return [.. x.Zip(tensors[name + ".weight"].Values, (value, w) => value * scale * w)];
    }

    private int Int(string name) => _config.GetProperty(name).GetInt32();

    private double Double(string name, double absent) => _config.TryGetProperty(name, out var value) ? value.GetDouble() : absent;

    private static double[] Softmax(double[] logits)
    {
        var weights = logits.Select(logit => Math.Exp(logit - logits.Max())).ToArray();
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (left, right) => left + right)];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (left, right) => left * right).Sum();
}
