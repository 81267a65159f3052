using System.Text.Json.Nodes;
using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;

/// <summary>
/// A tiny model of random numbers as its authors would have saved it: names and shapes from each architecture's own code, not from this
/// library's table of them.
/// </summary>
internal sealed class HuggingFaceFolder : IDisposable
{
    public const int Dim = 16;
    public const int Hidden = 10;
    public const int Vocabulary = 13;
    private const int Layers = 3;
    private const int Heads = 4;
    private const int GivenKeyValueHeads = 2;

    private readonly DataFolder _folder = new();
    private readonly Random _random = new(11);

    /// <param name="family">The model type.</param>
    /// <param name="fused">Whether experts are stored as two stacks.</param>
    /// <param name="change">Changes the settings before tensors are made by them.</param>
    public HuggingFaceFolder(string family, bool fused = false, Action<JsonObject>? change = null)
    {
        Family = family;
        Config = Base(family);
        change?.Invoke(Config);
        var head = Config["head_dim"]?.GetValue<int>() ?? Dim / Heads;
        Add("model.embed_tokens.weight", 1, Vocabulary, Dim);
        for (var layer = 0; layer < Layers; layer++)
        {
            var name = $"model.layers.{layer}.";
            Add(name + "input_layernorm.weight", 1, Dim);
            Attention(name + "self_attn.", head);
            Add(name + "post_attention_layernorm.weight", 1, Dim);
            Mlp(name, layer, fused);
        }

        Add("model.norm.weight", 1, Dim);
        if (Config["tie_word_embeddings"]?.GetValue<bool>() != true)
        {
            Add("lm_head.weight", 0.4, Vocabulary, Dim);
        }
    }

    public string Family { get; }

    private int KeyValueHeads => Config["num_key_value_heads"]?.GetValue<int>() ?? Heads;

    public string Path => _folder.Path;

    public JsonObject Config { get; }

    public Dictionary<string, (long[] Shape, float[] Values)> Tensors { get; } = [];

    /// <summary>Writes the files.</summary>
    public HuggingFaceFolder Write(long shardBytes = long.MaxValue)
    {
        File.WriteAllText(System.IO.Path.Combine(Path, "config.json"), Config.ToJsonString());
        SafetensorsWriter.SaveSharded(
            DiskFiles.Instance,
            Path,
            [.. Tensors.Select(entry => TensorPayload.Of(
                new TensorLayout(entry.Key, SafetensorsDType.All["F32"], entry.Value.Shape),
                    entry.Value.Values.SelectMany(BitConverter.GetBytes).ToArray()))],
            shardBytes);
        return this;
    }

    public void Dispose() => _folder.Dispose();

    private static JsonObject Base(string family)
    {
        var config = new JsonObject
        {
            ["model_type"] = family,
            ["vocab_size"] = Vocabulary,
            ["hidden_size"] = Dim,
            ["intermediate_size"] = Hidden,
            ["num_hidden_layers"] = Layers,
            ["num_attention_heads"] = Heads,
            ["num_key_value_heads"] = GivenKeyValueHeads,
            ["max_position_embeddings"] = 20,
            ["rms_norm_eps"] = 1e-5,
            ["rope_theta"] = 500.0,
            ["hidden_act"] = "silu",
        };
        var own = family switch
        {
            "mistral" => new JsonObject { ["head_dim"] = 6, ["sliding_window"] = 16 },
            "qwen2" => new JsonObject { ["tie_word_embeddings"] = true, ["sliding_window"] = 8, ["use_sliding_window"] = false },
            "qwen3" => new JsonObject { ["head_dim"] = 8 },
            "phi3" => new JsonObject { ["head_dim"] = 8, ["partial_rotary_factor"] = 0.5 },
            "mixtral" => new JsonObject { ["num_local_experts"] = 4, ["num_experts_per_tok"] = 2 },
            "olmoe" => new JsonObject { ["num_experts"] = 4, ["num_experts_per_tok"] = 2, ["norm_topk_prob"] = false },
            "qwen2_moe" => new JsonObject
            {
                ["num_experts"] = 4,
                ["num_experts_per_tok"] = 2,
                ["moe_intermediate_size"] = 6,
                ["shared_expert_intermediate_size"] = 8,
                ["decoder_sparse_step"] = 1,
                ["mlp_only_layers"] = new JsonArray(),
                ["norm_topk_prob"] = false,
            },
            "qwen3_moe" => new JsonObject
            {
                ["head_dim"] = 8,
                ["num_experts"] = 4,
                ["num_experts_per_tok"] = 2,
                ["moe_intermediate_size"] = 6,
                ["decoder_sparse_step"] = 1,
                ["mlp_only_layers"] = new JsonArray(1),
                ["norm_topk_prob"] = true,
            },
            "deepseek" => new JsonObject
            {
                ["n_routed_experts"] = 4,
                ["num_experts_per_tok"] = 2,
                ["moe_intermediate_size"] = 6,
                ["n_shared_experts"] = 2,
                ["first_k_dense_replace"] = 1,
                ["moe_layer_freq"] = 1,
                ["norm_topk_prob"] = false,
                ["scoring_func"] = "softmax",
            },
            _ => [],
        };
        foreach (var (name, value) in own)
        {
            config[name] = value?.DeepClone();
        }

        return config;
    }

    private void Attention(string name, int head)
    {
        if (Family == "phi3")
        {
            Add(name + "qkv_proj.weight", 0.4, (Heads + (2 * KeyValueHeads)) * head, Dim);
        }
        else
        {
            foreach (var (projection, rows) in new[]
            {
                ("q_proj", Heads * head), ("k_proj", KeyValueHeads * head), ("v_proj", KeyValueHeads * head)
            })
            {
                Add($"{name}{projection}.weight", 0.4, rows, Dim);
                if (Family is "qwen2" || (Family is "qwen2_moe" && Config["qkv_bias"]?.GetValue<bool>() != false))
                {
                    Add($"{name}{projection}.bias", 0.4, rows);
                }
            }
        }

        if (Family is "qwen3" or "qwen3_moe" or "olmoe")
        {
            Add(name + "q_norm.weight", 1, Family == "olmoe" ? Heads * head : head);
            Add(name + "k_norm.weight", 1, Family == "olmoe" ? KeyValueHeads * head : head);
        }

        Add(name + "o_proj.weight", 0.4, Dim, Heads * head);
    }

    private void Mlp(string layer, int index, bool fused)
    {
        var mixture = Family is "mixtral" or "olmoe"
            || (Family is "qwen2_moe" or "qwen3_moe" && !Listed(index) && (index + 1) % Setting("decoder_sparse_step") == 0)
            || (Family == "deepseek" && index >= Setting("first_k_dense_replace") && index % Setting("moe_layer_freq") == 0);
        if (!mixture)
        {
            if (Family == "phi3")
            {
                Add(layer + "mlp.gate_up_proj.weight", 0.5, 2 * Hidden, Dim);
                Add(layer + "mlp.down_proj.weight", 0.5, Dim, Hidden);
            }
            else
            {
                Gated(layer + "mlp.", "gate_proj", "up_proj", "down_proj", Hidden);
            }

            return;
        }

        var block = layer + (Family == "mixtral" ? "block_sparse_moe." : "mlp.");
        var width = Family is "mixtral" or "olmoe" ? Hidden : 6;
        Add(block + "gate.weight", 1, 4, Dim);
        if (fused)
        {
            Add(block + "experts.gate_up_proj", 0.5, 4, 2 * width, Dim);
            Add(block + "experts.down_proj", 0.5, 4, Dim, width);
        }

        for (var expert = 0; expert < 4 && !fused; expert++)
        {
            var names = Family == "mixtral" ? ("w1", "w3", "w2") : ("gate_proj", "up_proj", "down_proj");
            Gated($"{block}experts.{expert}.", names.Item1, names.Item2, names.Item3, width);
        }

        if (Family == "qwen2_moe")
        {
            Gated(block + "shared_expert.", "gate_proj", "up_proj", "down_proj", 8);
            Add(block + "shared_expert_gate.weight", 1, 1, Dim);
        }
        else if (Family == "deepseek")
        {
            Gated(block + "shared_experts.", "gate_proj", "up_proj", "down_proj", 12);
        }
    }

    private bool Listed(int layer) => Config["mlp_only_layers"]!.AsArray().Any(listed => listed!.GetValue<int>() == layer);

    private int Setting(string name) => Config[name]!.GetValue<int>();

    private void Gated(string name, string gate, string up, string down, int hidden)
    {
        Add($"{name}{gate}.weight", 0.5, hidden, Dim);
        Add($"{name}{up}.weight", 0.5, hidden, Dim);
        Add($"{name}{down}.weight", 0.5, Dim, hidden);
    }

    private void Add(string name, double scale, params long[] shape)
    {
        var count = (int)shape.Aggregate(1L, (product, size) => product * size);
        var middle = name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0;
        Tensors.Add(
            name, (shape, [.. Enumerable.Range(0, count).Select(_ => (float)(middle + (scale * ((2 * _random.NextDouble()) - 1))))]));
    }
}
