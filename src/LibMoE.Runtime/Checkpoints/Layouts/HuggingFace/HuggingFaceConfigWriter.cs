using System.Buffers;
using System.Text.Json;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>Writes the <c>config.json</c> of a model.</summary>
internal static class HuggingFaceConfigWriter
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true };

    /// <summary>The bytes of the file.</summary>
    /// <param name="backbone">The architecture, and what the model is in it.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="tokenizer">The model's tokenizer; null leaves its ids out.</param>
    public static byte[] Write(HuggingFaceBackbone backbone, ScalarType dtype, ITokenizer? tokenizer)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Readable))
        {
            json.WriteStartObject();
            WriteBackbone(json, backbone.Family, backbone.Model);
            if (backbone is { Family.Mixture: { } names, Mixture: { } mixture })
            {
                WriteMixture(json, names, mixture, backbone.Model);
            }
            else
            {
                json.WriteNumber("intermediate_size", backbone.Model.Hidden);
            }

            json.WriteString("torch_dtype", dtype.ToString().ToLowerInvariant());
            if (tokenizer?.Bos is { } start)
            {
                json.WriteNumber("bos_token_id", start);
            }

            if (tokenizer?.Eos is { } end)
            {
                json.WriteNumber("eos_token_id", end);
            }

            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    private static void WriteBackbone(Utf8JsonWriter json, HuggingFaceFamily family, ModelConfig model)
    {
        json.WriteStartArray("architectures");
        json.WriteStringValue(family.Architecture);
        json.WriteEndArray();
        json.WriteString("model_type", family.ModelType);
        json.WriteNumber("vocab_size", model.Vocabulary);
        json.WriteNumber("hidden_size", model.Dim);
        json.WriteNumber("num_hidden_layers", model.Layers);
        json.WriteNumber("num_attention_heads", model.Heads);
        json.WriteNumber("num_key_value_heads", model.KeyValueHeadCount);
        if (family.Latent)
        {
            HuggingFaceLatents.Write(json, family, model);
        }
        else if (family.OwnHeadWidth)
        {
            json.WriteNumber("head_dim", model.HeadWidth);
        }

        json.WriteNumber("max_position_embeddings", model.Context);
        json.WriteNumber("rms_norm_eps", model.NormEpsilon);
        json.WriteNumber("rope_theta", model.RotaryBase);
        if (model.RotaryScaling is { } scaling)
        {
            HuggingFaceRotary.Write(json, scaling, family.Latent ? model : null);
        }

        if (family.PartlyRotary)
        {
            json.WriteNumber("partial_rotary_factor", model.RotaryFraction);
        }

        json.WriteString("hidden_act", model.Activation == Activation.GeGlu ? "gelu" : "silu");
        json.WriteBoolean("tie_word_embeddings", model.TieEmbeddings);
        json.WriteNull("sliding_window");
        json.WriteBoolean("use_sliding_window", false);
        if (family.BiasKey is { } key)
        {
            json.WriteBoolean(key, model.AttentionBias);
        }
    }

    private static void WriteMixture(Utf8JsonWriter json, MixtureNames names, MixtureDescription mixture, ModelConfig model)
    {
        if (names.HiddenKey != "intermediate_size")
        {
            json.WriteNumber("intermediate_size", model.Hidden);
        }

        json.WriteNumber(names.HiddenKey, mixture.Hidden);
        json.WriteNumber(names.ExpertsKey, mixture.Experts);
        json.WriteNumber("num_experts_per_tok", mixture.TopK);
        if (names.NormalizeKey is { } normalize)
        {
            json.WriteBoolean(normalize, mixture.Normalize);
        }

        WriteGate(json, names, mixture.Gate);
        var dense = Enumerable.Range(0, model.Layers).Where(block => !model.IsMoeBlock(block)).ToList();
        switch (names.Blocks)
        {
            case MixtureBlocks.NotListed:
                json.WriteNumber("decoder_sparse_step", 1);
                json.WriteStartArray("mlp_only_layers");
                dense.ForEach(json.WriteNumberValue);
                json.WriteEndArray();
                break;
            case MixtureBlocks.AfterFirst:
                json.WriteNumber("first_k_dense_replace", dense.Count);
                json.WriteNumber("moe_layer_freq", 1);
                break;
        }

        switch (names.SharedKey)
        {
            case SharedKey.Width:
                json.WriteNumber("shared_expert_intermediate_size", mixture.SharedHidden);
                break;
            case SharedKey.Count:
                json.WriteNumber("n_shared_experts", mixture.SharedHidden / mixture.Hidden);
                break;
        }
    }

    private static void WriteGate(Utf8JsonWriter json, MixtureNames names, MixtureGate gate)
    {
        if (names.ScaleKey is { } scale)
        {
            json.WriteNumber(scale, gate.Scale);
        }

        if (names.GroupedMethods.Count > 0)
        {
            json.WriteString("scoring_func", names.Score.ToString().ToLowerInvariant());
            json.WriteString("topk_method", gate.Groups > 1 || names.Methods.Count == 0 ? names.GroupedMethods[0] : names.Methods[0]);
            json.WriteNumber("n_group", gate.Groups);
            json.WriteNumber("topk_group", gate.TopGroups);
        }
    }
}
