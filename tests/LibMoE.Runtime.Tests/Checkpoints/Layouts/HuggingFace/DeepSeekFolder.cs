using System.Text.Json.Nodes;
using LibMoE.Runtime.Tests.Evaluation;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;

/// <summary>
/// A tiny DeepSeek-V2, DeepSeek-V3 or Kimi K2 of random numbers as its authors saved it: names and shapes from their code, not from this
/// library's tables.
/// </summary>
internal sealed class DeepSeekFolder : IDisposable
{
    private const int Dim = 16;
    private const int Heads = 4;
    private const int Experts = 8;
    private const int BlockRows = 4;
    private const int BlockColumns = 5;

    private readonly DataFolder _folder = new();
    private readonly Random _random = new(11);
    private readonly bool _fp8;

    /// <param name="family">The model type.</param>
    /// <param name="fused">Whether experts are stored as two stacks, as transformers 5 saves them.</param>
    /// <param name="fp8">Whether the matrices of blocks are stored in blocks of float8.</param>
    /// <param name="change">Changes the settings before tensors are made by them.</param>
    public DeepSeekFolder(string family, bool fused = false, bool fp8 = false, Action<JsonObject>? change = null)
    {
        (Config, _fp8) = (Base(family), fp8);
        if (fp8)
        {
            Config["quantization_config"] = new JsonObject
            {
                ["activation_scheme"] = "dynamic",
                ["fmt"] = "e4m3",
                ["quant_method"] = "fp8",
                ["weight_block_size"] = new JsonArray(BlockRows, BlockColumns),
            };
        }

        change?.Invoke(Config);
        Add("model.embed_tokens.weight", 1, 13, Dim);
        var layers = Config["num_hidden_layers"]!.GetValue<int>();
        for (var layer = 0; layer < layers; layer++)
        {
            Block(layer, fused);
        }

        Add("model.norm.weight", 1, Dim);
        Add("lm_head.weight", 0.4, 13, Dim);
        for (var extra = layers; extra < layers + (Config["num_nextn_predict_layers"]?.GetValue<int>() ?? 0); extra++)
        {
            var name = $"model.layers.{extra}.";
            Block(extra, fused);
            Add(name + "embed_tokens.weight", 1, 13, Dim);
            Add(name + "enorm.weight", 1, Dim);
            Add(name + "hnorm.weight", 1, Dim);
            Add(name + "eh_proj.weight", 1, Dim, 2 * Dim);
            Add(name + "shared_head.norm.weight", 1, Dim);
            Add(name + "shared_head.head.weight", 1, 13, Dim);
        }
    }

    public string Path => _folder.Path;

    public JsonObject Config { get; }

    /// <summary>What each tensor holds as numbers.</summary>
    public Dictionary<string, (long[] Shape, float[] Values)> Tensors { get; } = [];

    /// <summary>How those of float8 are stored: their bytes and scales.</summary>
    public Dictionary<string, (byte[] Codes, long[] Blocks, float[] Scales)> Stored { get; } = [];

    public DeepSeekFolder Write()
    {
        File.WriteAllText(System.IO.Path.Combine(Path, "config.json"), Config.ToJsonString());
        SafetensorsWriter.SaveSharded(DiskFiles.Instance, Path, [.. Tensors.SelectMany(entry => Payloads(entry.Key, entry.Value))]);
        return this;
    }

    public void Dispose() => _folder.Dispose();

    private IEnumerable<TensorPayload> Payloads(string name, (long[] Shape, float[] Values) tensor)
    {
        if (Stored.TryGetValue(name, out var stored))
        {
            yield return TensorPayload.Of(new TensorLayout(name, SafetensorsDType.All["F8_E4M3"], tensor.Shape), stored.Codes);
            (name, tensor) = (name + "_scale_inv", (stored.Blocks, stored.Scales));
        }

        yield return TensorPayload.Of(
            new TensorLayout(name, SafetensorsDType.All["F32"], tensor.Shape),
            tensor.Values.SelectMany(BitConverter.GetBytes).ToArray());
    }

    private static JsonObject Base(string family)
    {
        var config = new JsonObject
        {
            ["model_type"] = family,
            ["vocab_size"] = 13,
            ["hidden_size"] = Dim,
            ["intermediate_size"] = 10,
            ["moe_intermediate_size"] = 6,
            ["num_hidden_layers"] = 3,
            ["num_attention_heads"] = Heads,
            ["num_key_value_heads"] = Heads,
            ["max_position_embeddings"] = 40,
            ["rms_norm_eps"] = 1e-6,
            ["rope_theta"] = 500.0,
            ["hidden_act"] = "silu",
            ["tie_word_embeddings"] = false,
            ["attention_bias"] = false,
            ["q_lora_rank"] = 9,
            ["kv_lora_rank"] = 7,
            ["qk_nope_head_dim"] = 5,
            ["qk_rope_head_dim"] = 4,
            ["v_head_dim"] = 3,
            ["n_routed_experts"] = Experts,
            ["n_shared_experts"] = 2,
            ["num_experts_per_tok"] = 3,
            ["first_k_dense_replace"] = 1,
            ["moe_layer_freq"] = 1,
            ["ep_size"] = 1,
            ["aux_loss_alpha"] = 0.001,
            ["seq_aux"] = true,
        };
        var own = family switch
        {
            "deepseek_v2" => new JsonObject
            {
                ["routed_scaling_factor"] = 4.0,
                ["scoring_func"] = "softmax",
                ["topk_method"] = "group_limited_greedy",
                ["n_group"] = 4,
                ["topk_group"] = 2,
                ["norm_topk_prob"] = false,
            },
            "deepseek_v3" => new JsonObject
            {
                ["routed_scaling_factor"] = 2.5,
                ["scoring_func"] = "sigmoid",
                ["topk_method"] = "noaux_tc",
                ["n_group"] = 4,
                ["topk_group"] = 2,
                ["norm_topk_prob"] = true,
            },
            _ => new JsonObject
            {
                ["routed_scaling_factor"] = 2.827,
                ["scoring_func"] = "sigmoid",
                ["topk_method"] = "noaux_tc",
                ["n_group"] = 1,
                ["topk_group"] = 1,
                ["norm_topk_prob"] = true,
            },
        };
        foreach (var (name, value) in own)
        {
            config[name] = value?.DeepClone();
        }

        return config;
    }

    private void Block(int layer, bool fused)
    {
        var (name, mixture) = ($"model.layers.{layer}.", layer >= Config["first_k_dense_replace"]!.GetValue<int>());
        Add(name + "input_layernorm.weight", 1, Dim);
        Add(name + "post_attention_layernorm.weight", 1, Dim);
        var attention = name + "self_attn.";
        if (Config["q_lora_rank"]?.GetValue<int>() is { } rank)
        {
            Add(attention + "q_a_proj.weight", 0.4, rank, Dim);
            Add(attention + "q_a_layernorm.weight", 1, rank);
            Add(attention + "q_b_proj.weight", 0.4, Heads * (5 + 4), rank);
        }
        else
        {
            Add(attention + "q_proj.weight", 0.4, Heads * (5 + 4), Dim);
        }

        Add(attention + "kv_a_proj_with_mqa.weight", 0.4, 7 + 4, Dim);
        Add(attention + "kv_a_layernorm.weight", 1, 7);
        Add(attention + "kv_b_proj.weight", 0.4, Heads * (5 + 3), 7);
        Add(attention + "o_proj.weight", 0.4, Dim, Heads * 3);
        if (!mixture)
        {
            Gated(name + "mlp.", 10);
            return;
        }

        Add(name + "mlp.gate.weight", 1, Experts, Dim);
        if (Config["topk_method"]!.GetValue<string>() == "noaux_tc")
        {
            Add(name + "mlp.gate.e_score_correction_bias", 0.3, Experts);
        }

        if (fused)
        {
            Add(name + "mlp.experts.gate_up_proj", 0.5, Experts, 12, Dim);
            Add(name + "mlp.experts.down_proj", 0.5, Experts, Dim, 6);
        }

        for (var expert = 0; expert < Experts && !fused; expert++)
        {
            Gated($"{name}mlp.experts.{expert}.", 6);
        }

        Gated(name + "mlp.shared_experts.", 12);
    }

    private void Gated(string name, int hidden)
    {
        Add(name + "gate_proj.weight", 0.5, hidden, Dim);
        Add(name + "up_proj.weight", 0.5, hidden, Dim);
        Add(name + "down_proj.weight", 0.5, Dim, hidden);
    }

    private void Add(string name, double scale, params long[] shape)
    {
        var count = (int)shape.Aggregate(1L, (product, size) => product * size);
        if (_fp8 && shape.Length > 1 && name.Contains(".layers.", StringComparison.Ordinal)
            && !name.EndsWith("gate.weight", StringComparison.Ordinal))
        {
            AddScaled(name, scale, shape, count);
            return;
        }

        var middle = name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0;
        Tensors.Add(
            name, (shape, [.. Enumerable.Range(0, count).Select(_ => (float)(middle + (scale * ((2 * _random.NextDouble()) - 1))))]));
    }

    private void AddScaled(string name, double scale, long[] shape, int count)
    {
        // Of 126 magnitudes the largest is 448.
        var codes = Enumerable.Range(0, count).Select(_ => (byte)((_random.Next(2) * 128) + _random.Next(0x50, 0x7f))).ToArray();
        long[] blocks = [.. shape[..^2], (shape[^2] + BlockRows - 1) / BlockRows, (shape[^1] + BlockColumns - 1) / BlockColumns];
        var scales = Enumerable.Range(0, (int)blocks.Aggregate(1L, (product, size) => product * size))
            .Select(_ => (float)(scale * (0.5 + _random.NextDouble()) / 448)).ToArray();
        using var scope = NewDisposeScope();
        var values = tensor(codes.Select((code, at) =>
        {
            var (matrix, row, column) = (at / (shape[^1] * shape[^2]), at / shape[^1] % shape[^2], at % shape[^1]);
            var size = (8 + (code & 7)) * Math.Pow(2, ((code >> 3) & 15) - 10) * (code > 127 ? -1 : 1);
            return (float)size * scales[(((matrix * blocks[^2]) + (row / BlockRows)) * blocks[^1]) + (column / BlockColumns)];
        }).ToArray());
        Stored.Add(name, (codes, blocks, scales));
        Tensors.Add(name, (shape, values.to(ScalarType.BFloat16).to(ScalarType.Float32).data<float>().ToArray()));
    }
}
