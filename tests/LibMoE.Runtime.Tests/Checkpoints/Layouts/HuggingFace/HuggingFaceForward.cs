using System.Text.Json;
using LibMoE.Runtime.Tests.Checkpoints.Safetensors;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;

/// <summary>
/// What a Hugging Face folder computes, in plain double loops: written from the architectures' descriptions, reading the folder's own files
/// under the names they have there. It knows nothing of this library's models.
/// </summary>
internal sealed class HuggingFaceForward
{
    private readonly Dictionary<string, (long[] Shape, double[] Values)> _tensors = [];
    private readonly JsonElement _config;
    private readonly int _heads;
    private readonly int _keyValueHeads;
    private readonly int _head;

    public HuggingFaceForward(string folder)
    {
        foreach (var file in Directory.GetFiles(folder, "*.safetensors"))
        {
            foreach (var (name, (dtype, shape, bytes)) in PlainReader.Read(File.ReadAllBytes(file))!)
            {
                _tensors.Add(name, (shape, Numbers(dtype, bytes)));
            }
        }

        _config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "config.json"))).RootElement;
        _heads = Int("num_attention_heads");
        _keyValueHeads = Int("num_key_value_heads", _heads);
        _head = Int("head_dim", Int("hidden_size") / _heads);
    }

    public double[][] Logits(IReadOnlyList<long> ids)
    {
        var x = ids.Select(id => Row("model.embed_tokens.weight", (int)id)).ToArray();
        for (var layer = 0; layer < Int("num_hidden_layers"); layer++)
        {
            var name = $"model.layers.{layer}.";
            var attention = Attention([.. x.Select(row => Rms(row, name + "input_layernorm.weight"))], name + "self_attn.");
            x = [.. x.Select((row, token) => Sum(row, attention[token]))];
            x = [.. x.Select(row => Sum(row, Mlp(Rms(row, name + "post_attention_layernorm.weight"), name)))];
        }

        var tied = _config.TryGetProperty("tie_word_embeddings", out var tie) && tie.GetBoolean();
        return [.. x.Select(row => Linear(Rms(row, "model.norm.weight"), tied ? "model.embed_tokens" : "lm_head"))];
    }

    private double[][] Attention(double[][] x, string name)
    {
        var (q, k, v) = Projections(x, name);
        var queries = q.Select((row, position) => HeadsOf(row, name + "q_norm.weight", position)).ToArray();
        var keys = k.Select((row, position) => HeadsOf(row, name + "k_norm.weight", position)).ToArray();
        var group = _heads / _keyValueHeads;
        return [.. Enumerable.Range(0, x.Length).Select(token => Linear(
            [.. Enumerable.Range(0, _heads).SelectMany(head =>
            {
                var weights = Softmax([.. Enumerable.Range(0, token + 1)
                    .Select(past => Dot(queries[token][head], keys[past][head / group]) / Math.Sqrt(_head))]);
                return Enumerable.Range(0, _head).Select(channel =>
                    weights.Select((weight, past) => weight * v[past][((head / group) * _head) + channel]).Sum());
            })],
            name + "o_proj"))];
    }

    private (double[][] Q, double[][] K, double[][] V) Projections(double[][] x, string name)
    {
        if (!_tensors.ContainsKey(name + "qkv_proj.weight"))
        {
            return ([.. x.Select(row => Linear(row, name + "q_proj"))], [.. x.Select(row => Linear(row, name + "k_proj"))],
                [.. x.Select(row => Linear(row, name + "v_proj"))]);
        }

        var (first, second) = (_heads * _head, (_heads + _keyValueHeads) * _head);
        var all = x.Select(row => Linear(row, name + "qkv_proj")).ToArray();
        return ([.. all.Select(row => row[..first])], [.. all.Select(row => row[first..second])], [.. all.Select(row => row[second..])]);
    }

    /// <summary>Normalised, where the model does that for each head or for all of them, then turned by the position.</summary>
    private double[][] HeadsOf(double[] row, string norm, int position)
    {
        var length = _tensors.TryGetValue(norm, out var weights) ? weights.Values.Length : 0;
        var whole = length == row.Length && length != _head ? Rms(row, norm) : row;
        return [.. whole.Chunk(_head).Select(head => length == _head ? Rms(head, norm) : head).Select(head => Rotate(head, position))];
    }

    private double[] Rotate(double[] head, int position)
    {
        var rotary = (int)(_head * Rope("partial_rotary_factor", 1));
        var turned = (double[])head.Clone();
        for (var i = 0; i < rotary / 2; i++)
        {
            var theta = Rope("rope_theta", ModelType == "mixtral" ? 1e6 : 1e4);
            var plain = 1 / Math.Pow(theta, 2.0 * i / rotary);
            var (angle, length) = YarnPart is { } yarn
                ? (position * YarnFrequency(yarn, plain, i, rotary, theta), YarnLength(yarn))
                : (position * Scaled(plain), 1);
            var (cos, sin) = (Math.Cos(angle) * length, Math.Sin(angle) * length);
            turned[i] = (head[i] * cos) - (head[i + (rotary / 2)] * sin);
            turned[i + (rotary / 2)] = (head[i + (rotary / 2)] * cos) + (head[i] * sin);
        }

        return turned;
    }

    /// <summary>By wavelengths, as Meta's llama-models has it; this library counts turns.</summary>
    private double Scaled(double frequency)
    {
        if (RopePart is not { } part
            || !(part.TryGetProperty("rope_type", out var type) || part.TryGetProperty("type", out type)) || type.GetString() == "default")
        {
            return frequency;
        }

        var factor = part.GetProperty("factor").GetDouble();
        if (type.GetString() == "linear")
        {
            return frequency / factor;
        }

        var (low, high) = (part.GetProperty("low_freq_factor").GetDouble(), part.GetProperty("high_freq_factor").GetDouble());
        var context = part.GetProperty("original_max_position_embeddings").GetDouble();
        var wavelength = 2 * Math.PI / frequency;
        if (wavelength < context / high)
        {
            return frequency;
        }

        if (wavelength > context / low)
        {
            return frequency / factor;
        }

        var smooth = ((context / wavelength) - low) / (high - low);
        return ((1 - smooth) * frequency / factor) + (smooth * frequency);
    }

    private JsonElement? YarnPart => RopePart is { } part
        && (part.TryGetProperty("rope_type", out var type) || part.TryGetProperty("type", out type)) && type.GetString() == "yarn"
            ? part
            : null;

    private double YarnContext(JsonElement yarn) => Double(yarn, "original_max_position_embeddings", Int("max_position_embeddings"));

    private double YarnFactor(JsonElement yarn) => Double(yarn, "factor", Int("max_position_embeddings") / YarnContext(yarn));

    /// <summary>As the paper's code has it: a ramp over numbers of pairs.</summary>
    private double YarnFrequency(JsonElement yarn, double plain, int pair, int rotary, double theta)
    {
        double Pair(double turns) => rotary * Math.Log(YarnContext(yarn) / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
        var (low, high) = (Pair(Double(yarn, "beta_fast", 32)), Pair(Double(yarn, "beta_slow", 1)));
        if (!yarn.TryGetProperty("truncate", out var truncate) || truncate.GetBoolean())
        {
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        }

        (low, high) = (Math.Max(low, 0), Math.Min(high, rotary - 1));
        var ramp = Math.Clamp((pair - low) / (low == high ? 0.001 : high - low), 0, 1);
        return (plain / YarnFactor(yarn) * ramp) + (plain * (1 - ramp));
    }

    private double YarnLength(JsonElement yarn)
    {
        double Magnitude(double weight) => YarnFactor(yarn) <= 1 ? 1 : (0.1 * weight * Math.Log(YarnFactor(yarn))) + 1;
        var (first, all) = (Double(yarn, "mscale", 0), Double(yarn, "mscale_all_dim", 0));
        return Double(yarn, "attention_factor", first != 0 && all != 0 ? Magnitude(first) / Magnitude(all) : Magnitude(1));
    }

    private static double Double(JsonElement part, string name, double absent) =>
        part.TryGetProperty(name, out var value) ? value.GetDouble() : absent;

    private double[] Mlp(double[] x, string layer)
    {
        var block = _tensors.ContainsKey(layer + "block_sparse_moe.gate.weight") ? layer + "block_sparse_moe." : layer + "mlp.";
        if (!_tensors.ContainsKey(block + "gate.weight"))
        {
            return _tensors.ContainsKey(block
                + "gate_up_proj.weight") ? FusedMlp(x, block) : GatedMlp(x, block + "gate_proj", block + "up_proj", block + "down_proj");
        }

        var scores = Softmax(Linear(x, block + "gate"));
        var picked = scores.Select((score, expert) => (score, expert))
            .OrderByDescending(entry => entry.score).Take(Int("num_experts_per_tok")).ToList();
        var normalize = !_config.TryGetProperty("norm_topk_prob", out var stated) ? ModelType == "mixtral" : stated.GetBoolean();
        var total = normalize && (ModelType != "deepseek" || picked.Count > 1) ? picked.Sum(entry => entry.score) : 1;
        var y = new double[x.Length];
        foreach (var (score, expert) in picked)
        {
            y = Sum(y, [.. Expert(x, block, expert).Select(value => value * score / total)]);
        }

        foreach (var shared in new[] { "shared_expert", "shared_experts" }
            .Where(name => _tensors.ContainsKey($"{block}{name}.up_proj.weight")))
        {
            var weight = _tensors.ContainsKey(block
                + "shared_expert_gate.weight") ? 1 / (1 + Math.Exp(-Linear(x, block + "shared_expert_gate")[0])) : 1;
            var output = GatedMlp(x, $"{block}{shared}.gate_proj", $"{block}{shared}.up_proj", $"{block}{shared}.down_proj");
            y = Sum(y, [.. output.Select(value => value * weight)]);
        }

        return y;
    }

    private double[] Expert(double[] x, string block, int expert)
    {
        if (!_tensors.TryGetValue(block + "experts.gate_up_proj", out var stack))
        {
            var name = $"{block}experts.{expert}.";
            return _tensors.ContainsKey(name + "w1.weight")
                ? GatedMlp(x, name + "w1", name + "w3", name + "w2")
                : GatedMlp(x, name + "gate_proj", name + "up_proj", name + "down_proj");
        }

        // [E, 2H, D]: the gate's rows, then the up projection's.
        var rows = stack.Values.Chunk((int)(stack.Shape[1] * stack.Shape[2]))
            .ElementAt(expert).Chunk(x.Length).Select(row => Dot(row, x)).ToArray();
        var hidden = rows[..(rows.Length / 2)].Zip(rows[(rows.Length / 2)..], (gate, up) => Act(gate) * up).ToArray();
        var down = _tensors[block + "experts.down_proj"];
        return [.. down.Values.Chunk((int)(down.Shape[1] * down.Shape[2]))
            .ElementAt(expert).Chunk(hidden.Length).Select(row => Dot(row, hidden))];
    }

    private double[] GatedMlp(double[] x, string gate, string up, string down) =>
        Linear([.. Linear(x, gate).Zip(Linear(x, up), (g, u) => Act(g) * u)], down);

    private double[] FusedMlp(double[] x, string name)
    {
        var both = Linear(x, name + "gate_up_proj");
        var half = both.Length / 2;
        return Linear([.. both[..half].Zip(both[half..], (g, u) => Act(g) * u)], name + "down_proj");
    }

    private double[] Linear(double[] x, string name)
    {
        var bias = _tensors.TryGetValue(name + ".bias", out var stored) ? stored.Values : null;
        return [.. _tensors[name + ".weight"].Values.Chunk(x.Length).Select((row, i) => Dot(row, x) + (bias?[i] ?? 0))];
    }

    private double[] Rms(double[] x, string weight)
    {
        var scale = 1 / Math.Sqrt(
            x.Average(value => value * value) + Double("rms_norm_eps", ModelType is "mixtral" or "olmoe" or "phi3" ? 1e-5 : 1e-6));
        return [.. x.Zip(_tensors[weight].Values, (value, w) => value * scale * w)];
    }

    private double[] Row(string name, int row)
    {
        var (shape, values) = _tensors[name];
        return values[(row * (int)shape[1])..((row + 1) * (int)shape[1])];
    }

    private string ModelType => _config.GetProperty("model_type").GetString()!;

    private JsonElement? RopePart =>
        (_config.TryGetProperty("rope_scaling", out var part)
            || _config.TryGetProperty("rope_parameters", out part)) && part.ValueKind == JsonValueKind.Object ? part : null;

    private double Rope(string name, double absent) =>
        RopePart is { } part && part.TryGetProperty(name, out var value) ? value.GetDouble() : Double(name, absent);

    private int Int(string name, int absent = 0) =>
        _config.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : absent;

    private double Double(string name, double absent) =>
        _config.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : absent;

    private static double[] Numbers(string dtype, byte[] bytes) => dtype switch
    {
        "F32" => [.. bytes.Chunk(4).Select(four => (double)BitConverter.ToSingle(four))],
        "F64" => [.. bytes.Chunk(8).Select(eight => BitConverter.ToDouble(eight))],
        "BF16" => [.. bytes.Chunk(2).Select(two => (double)BitConverter.ToSingle([0, 0, two[0], two[1]]))],
        _ => throw new NotSupportedException(dtype),
    };

    private static double[] Softmax(double[] logits)
    {
        var weights = logits.Select(logit => Math.Exp(logit - logits.Max())).ToArray();
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    private double Act(double x) =>
        _config.TryGetProperty("hidden_act", out var act) && act.GetString() == "gelu" ? x * (1
            + Erf(x / Math.Sqrt(2))) / 2 : x / (1 + Math.Exp(-x));

    /// <summary>2/√π · Σ (−1)ⁿ x^(2n+1) / (n!·(2n+1)): exact enough for |x| below 4.</summary>
    private static double Erf(double x)
    {
        var (sum, term) = (0.0, x);
        for (var n = 0; n < 120; n++)
        {
            sum += term / ((2 * n) + 1);
            term *= -x * x / (n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (left, right) => left + right)];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (left, right) => left * right).Sum();
}
