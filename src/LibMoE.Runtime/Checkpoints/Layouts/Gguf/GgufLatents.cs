using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>Multi-head latent attention in a GGUF file (<c>deepseek2</c>): as llama.cpp computes it, every query head reads one key of
/// U + R channels, so that lengths of heads are stated twice, and the matrix of keys and values is cut in two.</summary>
internal static class GgufLatents
{
    /// <summary>The settings that it has beside those of other attentions.</summary>
    public static readonly IReadOnlyList<string> Known =
    [
        "attention.q_lora_rank", "attention.kv_lora_rank", "attention.key_length_mla", "attention.value_length_mla",
        "rope.scaling.yarn_log_multiplier", "expert_group_count", "expert_group_used_count",
    ];

    private const string KeyValues = "attn_kv_b.weight";

    /// <summary>What of a model llama.cpp's code has no place for.</summary>
    public static IEnumerable<string> Missing(ModelConfig model)
    {
        if ((model.LatentAttention?.NormEpsilon ?? model.NormEpsilon) != model.NormEpsilon)
        {
            yield return "norms of latents with an ε of their own";
        }

        var isUsual = model.RotaryScaling is null or { SlowTurns: null or 1, FastTurns: null or 32, ExactChannels: false, TurnedLength: 1 };
        if (model.RotaryScaling is { Kind: RotaryScalingKind.Yarn, Factor: > 1 } && HuggingFaceLatents.LeavesScale(model))
        {
            yield return "scaled rotary frequencies that leave the attention's scale as it is";
        }

        if (!isUsual)
        {
            yield return "scaled rotary frequencies of this kind";
        }
    }

    /// <summary>The settings of a model, by their names without the architecture's.</summary>
    public static IEnumerable<(string Name, GgufValue Value)> Write(ModelConfig model)
    {
        var latent = model.LatentAttention!;
        yield return ("attention.head_count_kv", GgufValue.Of(1));
        yield return ("attention.key_length", GgufValue.Of(latent.KeyValueRank + latent.RotaryChannels));
        yield return ("attention.value_length", GgufValue.Of(latent.KeyValueRank));
        yield return ("attention.key_length_mla", GgufValue.Of(latent.KeyChannels));
        yield return ("attention.value_length_mla", GgufValue.Of(latent.ValueChannels));
        yield return ("attention.kv_lora_rank", GgufValue.Of(latent.KeyValueRank));
        if (latent.QueryRank is { } rank)
        {
            yield return ("attention.q_lora_rank", GgufValue.Of(rank));
        }

        if (model is { RotaryScaling: { Kind: RotaryScalingKind.Yarn } scaling, AttentionScale: { } scale })
        {
            // 0.1·b, where the scale is m(f, b)²/√(N + R).
            var magnitude = Math.Sqrt(scale * Math.Sqrt(latent.KeyChannels));
            yield return ("rope.scaling.yarn_log_multiplier", GgufValue.Of((magnitude - 1) / Math.Log(scaling.Factor)));
        }
    }

    /// <summary>Reads the widths. Files of before the cut state those of a head in the plain keys.</summary>
    public static LatentAttention Read(GgufMetadata stated, string prefix)
    {
        var isCut = stated.Has(prefix + "attention.key_length_mla");
        var (rotary, suffix) = (stated.Int(prefix + "rope.dimension_count"), isCut ? "_mla" : "");
        return new LatentAttention
        {
            QueryRank = stated.Has(prefix + "attention.q_lora_rank") ? stated.Int(prefix + "attention.q_lora_rank") : null,
            KeyValueRank = stated.Int(prefix + "attention.kv_lora_rank"),
            PlainChannels = stated.Int($"{prefix}attention.key_length{suffix}") - rotary,
            RotaryChannels = rotary,
            ValueChannels = stated.Int($"{prefix}attention.value_length{suffix}"),
        };
    }

    /// <summary>The scaling that a file states, and the attention's scale under it; nulls without.</summary>
    public static (RotaryScaling? Scaling, double? Scale) Yarn(GgufMetadata stated, string prefix, LatentAttention latent)
    {
        if (stated.Text(prefix + "rope.scaling.type", "none") != "yarn")
        {
            return (null, null);
        }

        // Without the multiplier, or with 0, versions of llama.cpp differ in what the attention is multiplied by.
        var factor = stated.Double(prefix + "rope.scaling.factor");
        var weight = Math.Round(stated.Double(prefix + "rope.scaling.yarn_log_multiplier", factor > 1 ? null : (double?)0) / 0.1, 6);
        var magnitude = RotaryScaling.YarnMagnitude(factor, weight);
        var scaling = new RotaryScaling
        {
            Kind = RotaryScalingKind.Yarn,
            Factor = factor,
            FirstContext = stated.Int(prefix + "rope.scaling.original_context_length"),
            AttentionFactor = weight == 0 ? null : 1,
        };
        return (scaling, weight == 0 ? null : magnitude * magnitude / Math.Sqrt(latent.KeyChannels));
    }

    /// <summary>Whether a file has keys and values in one matrix, as before the cut.</summary>
    public static bool IsWhole(ITensorSource source) => source.Find("blk.0." + KeyValues) is not null;

    /// <summary>A block's tensors.</summary>
    /// <param name="model">The backbone.</param>
    /// <param name="ours">What our names begin with.</param>
    /// <param name="theirs">What theirs begin with.</param>
    /// <param name="isWhole">See <see cref="IsWhole"/>.</param>
    public static IEnumerable<TensorMap> Maps(ModelConfig model, string ours, string theirs, bool isWhole)
    {
        var latent = model.LatentAttention!;
        if (latent.QueryRank is null)
        {
            yield return Turned("query.weight", "attn_q.weight", model.Heads);
        }
        else
        {
            yield return TensorMap.Same(ours + "query_down.weight", theirs + "attn_q_a.weight");
            yield return TensorMap.Same(ours + "query_norm.weight", theirs + "attn_q_a_norm.weight");
            yield return Turned("query_up.weight", "attn_q_b.weight", model.Heads);
        }

        yield return Turned("latent_down.weight", "attn_kv_a_mqa.weight", 1);
        yield return TensorMap.Same(ours + "latent_norm.weight", theirs + "attn_kv_a_norm.weight");
        yield return isWhole
            ? TensorMap.Same(ours + "latent_up.weight", theirs + KeyValues)
            : TensorMap.KeysAndValues(
                ours + "latent_up.weight", theirs + "attn_k_b.weight", theirs + "attn_v_b.weight", model.Heads, latent.PlainChannels);
        yield return TensorMap.Same(ours + "output.weight", theirs + "attn_output.weight");

        TensorMap Turned(string here, string there, int heads) => model.RotaryLayout == RotaryLayout.Interleaved
            ? TensorMap.Same(ours + here, theirs + there)
            : TensorMap.LastHalvesToPairs(ours + here, theirs + there, heads, latent.RotaryChannels);
    }
}
