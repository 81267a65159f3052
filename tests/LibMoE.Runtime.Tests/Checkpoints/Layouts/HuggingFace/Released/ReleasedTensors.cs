using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace.Released;

/// <summary>Names and shapes of tensors as the releases' own files and code have them.</summary>
internal sealed class ReleasedTensors
{
    private readonly List<(string Name, long[] Shape, TensorKind Kind)> _list = [];
    private readonly string _family;
    private readonly ReleasedLayout _layout;
    private readonly JsonObject _config;
    private readonly int _dim;
    private readonly int _head;
    private readonly int _heads;
    private readonly int _keyValueHeads;

    private ReleasedTensors(string family, ReleasedLayout layout, JsonObject config)
    {
        (_family, _layout, _config) = (family, layout, config);
        (_dim, _heads, _keyValueHeads) = (Int("hidden_size"), Int("num_attention_heads"), Int("num_key_value_heads"));
        _head = Int("head_dim", _dim / _heads);
    }

    private bool IsBailing => _family.StartsWith("bailing", StringComparison.Ordinal);

    public static IReadOnlyList<(string Name, long[] Shape, TensorKind Kind)> Of(string family, ReleasedLayout layout, JsonObject config)
    {
        var tensors = new ReleasedTensors(family, layout, config);
        tensors.Make();
        return tensors._list;
    }

    private void Make()
    {
        Add(IsBailing ? "model.word_embeddings.weight" : "model.embed_tokens.weight", Int("vocab_size"), _dim);
        var layers = Int("num_hidden_layers");
        for (var layer = 0; layer < layers; layer++)
        {
            Layer(layer);
        }

        Norm("model.norm", _dim);
        if (_config["tie_word_embeddings"]?.GetValue<bool>() ?? _family is "gemma" or "ernie4_5_moe")
        {
            return;
        }

        Add("lm_head.weight", Int("vocab_size"), _dim);
    }

    private void Layer(int layer)
    {
        var name = $"model.layers.{layer}.";
        if (_family is "flex_olmo" or "olmo2")
        {
            Norm(name + "post_attention_layernorm", _dim);
            Norm(name + "post_feedforward_layernorm", _dim);
        }
        else
        {
            Norm(name + "input_layernorm", _dim);
            Norm(name + "post_attention_layernorm", _dim);
        }

        Attention(name + (IsBailing ? "attention." : "self_attn."));
        if (IsSparse(layer))
        {
            Mixture(name);
        }
        else
        {
            Gated(name + "mlp.", "gate_proj", "up_proj", "down_proj", Int("intermediate_size"));
        }
    }

    /// <summary>Which blocks have a mixture, by each architecture's own code.</summary>
    private bool IsSparse(int layer) => _family switch
    {
        "granite" or "olmo2" or "gemma" => false,
        "dots1" => layer >= Int("first_k_dense_replace", 0),
        "glm4_moe" => layer >= Int("first_k_dense_replace", 1),
        "bailing_moe" or "bailing_moe_v2" => layer >= Int("first_k_dense_replace", 0),
        "hy_v3" => _config["mlp_layer_types"] is { } types ? types[layer]!.GetValue<string>() == "sparse" : layer > 0,
        "ernie4_5_moe" => (layer + 1) % Int("moe_layer_interval", 1) == 0 && layer >= Int("moe_layer_start_index", 1)
            && (Int("moe_layer_end_index", -1) == -1 || layer <= Int("moe_layer_end_index", -1)),
        _ => true,
    };

    private void Attention(string name)
    {
        var bias = Bool(IsBailing ? "use_qkv_bias" : "attention_bias", _family == "gpt_oss");
        if (IsBailing)
        {
            Linear(name + "query_key_value", (_heads + (2 * _keyValueHeads)) * _head, _dim, bias);
            Linear(name + "dense", _dim, _heads * _head, false);
        }
        else
        {
            Linear(name + "q_proj", _heads * _head, _dim, bias);
            Linear(name + "k_proj", _keyValueHeads * _head, _dim, bias);
            Linear(name + "v_proj", _keyValueHeads * _head, _dim, bias);
            Linear(name + "o_proj", _dim, _heads * _head, bias && _family is not ("glm4_moe" or "solar_open"));
        }

        switch (_family)
        {
            case "hunyuan_v1_moe":
                Norm(name + "query_layernorm", _head);
                Norm(name + "key_layernorm", _head);
                break;
            case "dots1" or "hy_v3":
            case "glm4_moe" when Bool("use_qk_norm", false):
                Norm(name + "q_norm", _head);
                Norm(name + "k_norm", _head);
                break;
            case "bailing_moe_v2" when Bool("use_qk_norm", true):
                Norm(name + "query_layernorm", _head);
                Norm(name + "key_layernorm", _head);
                break;
            case "minimax_m2" or "flex_olmo" or "olmo2":
                Norm(name + "q_norm", _heads * _head);
                Norm(name + "k_norm", _keyValueHeads * _head);
                break;
            case "gpt_oss":
                Add(name + "sinks", _heads);
                break;
        }
    }

    private void Mixture(string layer)
    {
        var five = _layout == ReleasedLayout.Transformers5;
        var block = layer + (_family is "minimax_m2" && !five || _family.StartsWith("granite", StringComparison.Ordinal)
            ? "block_sparse_moe." : "mlp.");
        var experts = Int(_family switch
        {
            "dots1" or "glm4_moe" or "solar_open" => "n_routed_experts",
            "ernie4_5_moe" => "moe_num_experts",
            "minimax_m2" or "gpt_oss" or "granitemoe" or "granitemoeshared" => "num_local_experts",
            _ => "num_experts",
        });
        var width = _family == "hunyuan_v1_moe"
            ? Int("intermediate_size") : Int("moe_intermediate_size", Int("intermediate_size", 0));
        switch (_family)
        {
            case "gpt_oss":
                GptOss(block, experts, width);
                return;
            case "granitemoe" or "granitemoeshared":
                Add(block + "router.layer.weight", experts, _dim);
                Add(block + "input_linear.weight", experts, 2 * width, _dim);
                Add(block + "output_linear.weight", experts, _dim, width);
                if (Int("shared_intermediate_size", 0) is var shared and > 0)
                {
                    Add(layer + "shared_mlp.input_linear.weight", 2 * shared, _dim);
                    Add(layer + "shared_mlp.output_linear.weight", _dim, shared);
                }

                return;
        }

        var router = _family == "hunyuan_v1_moe" ? "gate.wg.weight" : _family == "hy_v3" && !five ? "router.gate.weight" : "gate.weight";
        var isWide = _family is "ernie4_5_moe" or "hunyuan_v1_moe";
        _list.Add((block + router, [experts, _dim], isWide ? TensorKind.Correction : TensorKind.Matrix));
        if (_family switch
        {
            "dots1" or "glm4_moe" or "solar_open" => "gate.e_score_correction_bias",
            "hy_v3" => five ? "e_score_correction_bias" : "expert_bias",
            "minimax_m2" => "e_score_correction_bias",
            "ernie4_5_moe" => (five ? "gate." : "") + "moe_statics.e_score_correction_bias",
            "bailing_moe_v2" => "gate.expert_bias",
            _ => null,
        } is { } bias)
        {
            _list.Add((block + bias, _family == "ernie4_5_moe" ? [1, experts] : [experts], TensorKind.Correction));
        }

        if (five)
        {
            Add(block + "experts.gate_up_proj", experts, 2 * width, _dim);
            Add(block + "experts.down_proj", experts, _dim, width);
        }

        for (var expert = 0; expert < experts && !five; expert++)
        {
            var (gate, up, down) = _family == "minimax_m2" ? ("w1", "w3", "w2") : ("gate_proj", "up_proj", "down_proj");
            Gated($"{block}experts.{expert}.", gate, up, down, width);
        }

        var count = Int(_family switch
        {
            "hy_v3" or "bailing_moe" or "bailing_moe_v2" => "num_shared_experts",
            "ernie4_5_moe" => "moe_num_shared_experts",
            _ => "n_shared_experts",
        }, 0);
        count = _family == "hunyuan_v1_moe" ? 1 : count;
        if (count > 0)
        {
            var module = _family == "hunyuan_v1_moe" || (_family == "hy_v3" && !five) ? "shared_mlp." : "shared_experts.";
            Gated(block + module, "gate_proj", "up_proj", "down_proj", count * width);
        }
    }

    private void GptOss(string block, int experts, int width)
    {
        Add(block + "router.weight", experts, _dim);
        Add(block + "router.bias", experts);
        if (_layout == ReleasedLayout.Packed)
        {
            foreach (var (name, outputs, inputs) in new[] { ("gate_up_proj", 2 * width, _dim), ("down_proj", _dim, width) })
            {
                _list.Add(($"{block}experts.{name}_blocks", [experts, outputs, inputs / 32, 16], TensorKind.Nibbles));
                _list.Add(($"{block}experts.{name}_scales", [experts, outputs, inputs / 32], TensorKind.Exponents));
            }
        }
        else
        {
            Add(block + "experts.gate_up_proj", experts, _dim, 2 * width);
            Add(block + "experts.down_proj", experts, width, _dim);
        }

        Add(block + "experts.gate_up_proj_bias", experts, 2 * width);
        Add(block + "experts.down_proj_bias", experts, _dim);
    }

    private void Gated(string name, string gate, string up, string down, int hidden)
    {
        Add($"{name}{gate}.weight", hidden, _dim);
        Add($"{name}{up}.weight", hidden, _dim);
        Add($"{name}{down}.weight", _dim, hidden);
    }

    private void Linear(string name, int outputs, int inputs, bool bias)
    {
        Add(name + ".weight", outputs, inputs);
        if (bias)
        {
            Add(name + ".bias", outputs);
        }
    }

    private void Norm(string name, int width) =>
        _list.Add((name + ".weight", [width], _family == "gemma" ? TensorKind.Offset : TensorKind.Norm));

    private void Add(string name, params long[] shape) => _list.Add((name, shape, TensorKind.Matrix));

    private int Int(string name, int? absent = null) => _config[name]?.GetValue<int>() ?? absent ?? throw new KeyNotFoundException(name);

    private bool Bool(string name, bool absent) => _config[name]?.GetValue<bool>() ?? absent;
}
