using System.Text.Json.Nodes;
using LibMoE.Runtime.Tests.Checkpoints.Safetensors;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace.Released;

/// <summary>
/// What a release computes, in plain double loops: written from the architectures' own code, reading a folder's files under the names they
/// have there. It knows nothing of this library's models.
/// </summary>
internal sealed class ReleasedForward
{
    private readonly Dictionary<string, (long[] Shape, double[] Values)> _tensors = [];
    private readonly JsonObject _config;
    private readonly ReleasedMixture _mixture;
    private readonly int _heads;
    private readonly int _keyValueHeads;
    private readonly int _head;

    public ReleasedForward(string folder)
    {
        foreach (var file in Directory.GetFiles(folder, "*.safetensors"))
        {
            foreach (var (name, (dtype, shape, bytes)) in PlainReader.Read(File.ReadAllBytes(file), ReleasedFolder.Float8)!)
            {
                _tensors.Add(name, (shape, dtype == ReleasedFolder.Float8 ? Codes(bytes) : Numbers(dtype, bytes)));
            }
        }

        _config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!.AsObject();
        foreach (var scales in _tensors.Keys.Where(name => name.EndsWith("_scale_inv", StringComparison.Ordinal)).ToList())
        {
            Scale(scales[..^"_scale_inv".Length], _tensors[scales]);
        }

        (_heads, _keyValueHeads) = (Int("num_attention_heads"), Int("num_key_value_heads"));
        _head = Int("head_dim", Int("hidden_size") / _heads);
        _mixture = new ReleasedMixture(_config, _tensors);
    }

    private string Family => ReleasedMixture.FamilyOf(_config);

    private bool IsBailing => Family.StartsWith("bailing", StringComparison.Ordinal);

    private bool IsHunyuan => Family == "hunyuan_v1_moe";

    private bool IsGranite => Family.StartsWith("granite", StringComparison.Ordinal);

    /// <summary>Logits [L][V] of one text.</summary>
    public double[][] Logits(IReadOnlyList<long> ids)
    {
        var embedding = IsBailing ? "model.word_embeddings" : "model.embed_tokens";
        var factor = IsGranite ? Number("embedding_multiplier", 1) : Family == "gemma" ? Math.Sqrt(Int("hidden_size")) : 1;
        var x = ids.Select(id => Scaled(Row(embedding + ".weight", (int)id), factor)).ToArray();
        for (var layer = 0; layer < Int("num_hidden_layers"); layer++)
        {
            var name = $"model.layers.{layer}.";
            var residual = IsGranite ? Number("residual_multiplier", 1) : 1;
            var after = Family is "flex_olmo" or "olmo2";
            var read = after ? x : [.. x.Select(row => Rms(row, name + "input_layernorm"))];
            var attention = Attention(read, name + (IsBailing ? "attention." : "self_attn."), layer);
            x = [.. x.Select((row, token) => Sum(
                row, Scaled(after ? Rms(attention[token], name + "post_attention_layernorm") : attention[token], residual)))];
            x = [.. x.Select(row =>
            {
                var part = _mixture.Ffn(after ? row : Rms(row, name + "post_attention_layernorm"), name);
                return Sum(row, Scaled(after ? Rms(part, name + "post_feedforward_layernorm") : part, residual));
            })];
        }

        var head = _tensors.ContainsKey("lm_head.weight") ? "lm_head" : embedding;
        var divisor = IsGranite ? Number("logits_scaling", 1) : 1;
        return [.. x.Select(row => Scaled(_mixture.Linear(Rms(row, "model.norm"), head), 1 / divisor))];
    }

    private double[][] Attention(double[][] x, string name, int layer)
    {
        var (q, k, v) = Projections(x, name);
        var (queryNorm, keyNorm) = IsBailing || IsHunyuan ? ("query_layernorm", "key_layernorm") : ("q_norm", "k_norm");
        var queries = q.Select((row, position) => Turned(row, name + queryNorm, position)).ToArray();
        var keys = k.Select((row, position) => Turned(row, name + keyNorm, position)).ToArray();
        var group = _heads / _keyValueHeads;
        var scale = IsGranite ? Number("attention_multiplier", 1) : 1 / Math.Sqrt(_head);
        var window = IsWindowed(layer) ? Int("sliding_window") : int.MaxValue;
        return [.. Enumerable.Range(0, x.Length).Select(token => _mixture.Linear(
            [.. Enumerable.Range(0, _heads).SelectMany(head =>
            {
                var first = Math.Max(0, token - window + 1L);
                var seen = Enumerable.Range((int)first, token - (int)first + 1).ToArray();
                var scores = seen
                    .Select(past => Math.Exp(scale * ReleasedMixture.Dot(queries[token][head], keys[past][head / group]))).ToArray();
                var total = scores.Sum() + (_tensors.TryGetValue(name + "sinks", out var sinks) ? Math.Exp(sinks.Values[head]) : 0);
                return Enumerable.Range(0, _head).Select(channel => seen
                    .Select((past, i) => scores[i] / total * v[past][((head / group) * _head) + channel]).Sum());
            })],
            name + (IsBailing ? "dense" : "o_proj")))];
    }

    private bool IsWindowed(int layer) => Family switch
    {
        "gpt_oss" => _config["layer_types"] is { } types ? types[layer]!.GetValue<string>() == "sliding_attention" : layer % 2 == 0,
        "dots1" => _config["sliding_window"] is not null && (_config["layer_types"] is { } types
            ? types[layer]!.GetValue<string>() == "sliding_attention"
            : layer >= Int("max_window_layers", 62)),
        _ => false,
    };

    private (double[][] Q, double[][] K, double[][] V) Projections(double[][] x, string name)
    {
        if (!IsBailing)
        {
            return (All("q_proj"), All("k_proj"), All("v_proj"));
        }

        var (first, second) = (_heads * _head, (_heads + _keyValueHeads) * _head);
        var all = All("query_key_value");
        return ([.. all.Select(row => row[..first])], [.. all.Select(row => row[first..second])], [.. all.Select(row => row[second..])]);

        double[][] All(string projection) => [.. x.Select(row => _mixture.Linear(row, name + projection))];
    }

    /// <summary>Normalised, where the model does that for each head or for all of them, then turned by the position.</summary>
    private double[][] Turned(double[] row, string norm, int position)
    {
        if (IsHunyuan)
        {
            // Normalised after it was turned.
            return [.. row.Chunk(_head).Select(head => Rms(Rotate(head, position), norm))];
        }

        var across = Family is "minimax_m2" or "flex_olmo" or "olmo2";
        var normed = _tensors.ContainsKey(norm + ".weight");
        var whole = normed && across ? Rms(row, norm) : row;
        return [.. whole.Chunk(_head).Select(head => normed && !across ? Rms(head, norm) : head).Select(head => Rotate(head, position))];
    }

    private double[] Rotate(double[] head, int position)
    {
        var rotary = Family == "minimax_m2" && _config["rotary_dim"] is { } channels
            ? channels.GetValue<int>()
            : (int)(_head * Rope("partial_rotary_factor", Family == "glm4_moe" ? 0.5 : 1));
        var theta = Rope("rope_theta", Family switch
        {
            "gpt_oss" => 150_000,
            "minimax_m2" => 5e6,
            "solar_open" => 1e6,
            "ernie4_5_moe" or "olmo2" or "flex_olmo" => 500_000,
            "hy_v3" => 11_158_840,
            _ => 10_000,
        });
        if ((RopePart?["type"] ?? RopePart?["rope_type"])?.GetValue<string>() == "dynamic")
        {
            theta *= Math.Pow(RopePart!["alpha"]!.GetValue<double>(), rotary / (rotary - 2.0));
        }

        var turned = (double[])head.Clone();
        for (var i = 0; i < rotary / 2; i++)
        {
            var (frequency, length) = Yarn(1 / Math.Pow(theta, 2.0 * i / rotary), i, rotary, theta);
            var (cos, sin) = (Math.Cos(position * frequency) * length, Math.Sin(position * frequency) * length);
            var (real, imaginary) = Family == "ernie4_5_moe" ? (2 * i, (2 * i) + 1) : (i, i + (rotary / 2));
            turned[real] = (head[real] * cos) - (head[imaginary] * sin);
            turned[imaginary] = (head[imaginary] * cos) + (head[real] * sin);
        }

        return turned;
    }

    private (double Frequency, double Length) Yarn(double plain, int pair, int rotary, double theta)
    {
        if (RopePart is not { } part || (part["rope_type"] ?? part["type"])?.GetValue<string>() != "yarn")
        {
            return (plain, 1);
        }

        var (factor, context) = (part["factor"]!.GetValue<double>(), part["original_max_position_embeddings"]!.GetValue<int>());
        double Pair(double turns) => rotary * Math.Log(context / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
        var (low, high) = (Pair(part["beta_fast"]?.GetValue<double>() ?? 32), Pair(part["beta_slow"]?.GetValue<double>() ?? 1));
        (low, high) = part["truncate"]?.GetValue<bool>() == false ? (low, high) : (Math.Floor(low), Math.Ceiling(high));
        (low, high) = (Math.Max(low, 0), Math.Min(high, rotary - 1));
        var ramp = Math.Clamp((pair - low) / (low == high ? 0.001 : high - low), 0, 1);
        return ((plain / factor * ramp) + (plain * (1 - ramp)), (0.1 * Math.Log(factor)) + 1);
    }

    private double[] Rms(double[] x, string norm)
    {
        var absent = Family is "glm4_moe" or "solar_open" or "hy_v3" or "ernie4_5_moe" or "gpt_oss" or "hunyuan_v1_moe" ? 1e-5 : 1e-6;
        var scale = 1 / Math.Sqrt(x.Average(value => value * value) + Number("rms_norm_eps", absent));
        var one = Family == "gemma" ? 1 : 0;
        return [.. x.Zip(_tensors[norm + ".weight"].Values, (value, w) => value * scale * (one + w))];
    }

    private double[] Row(string name, int row)
    {
        var (shape, values) = _tensors[name];
        return values[(row * (int)shape[1])..((row + 1) * (int)shape[1])];
    }

    private JsonNode? RopePart => _config["rope_scaling"] ?? _config["rope_parameters"];

    private double Rope(string name, double absent) => (RopePart?[name] ?? _config[name])?.GetValue<double>() ?? absent;

    private int Int(string name, int? absent = null) => _config[name]?.GetValue<int>() ?? absent ?? throw new KeyNotFoundException(name);

    private double Number(string name, double absent) => _config[name]?.GetValue<double>() ?? absent;

    private static double[] Numbers(string dtype, byte[] bytes) => dtype switch
    {
        "F32" => [.. bytes.Chunk(4).Select(four => (double)BitConverter.ToSingle(four))],
        "F64" => [.. bytes.Chunk(8).Select(eight => BitConverter.ToDouble(eight))],
        "BF16" => [.. bytes.Chunk(2).Select(two => (double)BitConverter.ToSingle([0, 0, two[0], two[1]]))],
        "U8" => [.. bytes.Select(value => (double)value)],
        _ => throw new NotSupportedException(dtype),
    };

    /// <summary>E4M3: a sign, four bits of exponent with the bias 7, three of mantissa.</summary>
    private static double[] Codes(byte[] bytes) => [.. bytes.Select(code =>
    {
        var (exponent, mantissa) = (code / 8 % 16, code % 8 / 8.0);
        return (code > 127 ? -1 : 1) * (exponent == 0 ? mantissa * Math.Pow(2, -6) : (1 + mantissa) * Math.Pow(2, exponent - 7));
    })];

    /// <summary>Numbers times the scale of their block in float32, rounded to the nearest bfloat16, of two the even one.</summary>
    private void Scale(string name, (long[] Shape, double[] Values) scales)
    {
        var size = _config["quantization_config"]!["weight_block_size"]!.AsArray().Select(value => value!.GetValue<int>()).ToArray();
        var (shape, codes) = _tensors[name];
        _tensors[name] = (shape, [.. codes.Select((number, at) =>
        {
            var (matrix, row, column) = (at / (shape[^1] * shape[^2]), at / shape[^1] % shape[^2], at % shape[^1]);
            var scale = scales.Values[(((matrix * scales.Shape[^2]) + (row / size[0])) * scales.Shape[^1]) + (column / size[1])];
            var bits = (long)BitConverter.SingleToUInt32Bits((float)number * (float)scale);
            var (low, kept) = (bits & 0xffff, bits >> 16);
            kept += low > 0x8000 || (low == 0x8000 && (kept & 1) == 1) ? 1 : 0;
            return (double)BitConverter.UInt32BitsToSingle((uint)(kept << 16));
        })]);
    }

    private static double[] Scaled(double[] x, double factor) => [.. x.Select(value => value * factor)];

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (left, right) => left + right)];
}
