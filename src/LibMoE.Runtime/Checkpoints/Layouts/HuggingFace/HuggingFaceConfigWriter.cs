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
            WriteAttention(json, backbone.Family, backbone.Model);
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
        WriteList(json, "architectures", [family.Architecture], json.WriteStringValue);
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
        json.WriteString("hidden_act", HuggingFaceCounterpart.NameOf(model.Activation));
        json.WriteBoolean("tie_word_embeddings", model.TieEmbeddings);
        if (family.Factors)
        {
            json.WriteNumber("embedding_multiplier", model.EmbeddingScale ?? 1);
            json.WriteNumber("residual_multiplier", model.ResidualScale ?? 1);
            json.WriteNumber("logits_scaling", 1 / (model.LogitScale ?? 1));
            json.WriteNumber("attention_multiplier", model.AttentionScale ?? 1 / Math.Sqrt(model.HeadWidth));
        }
    }

    private static void WriteAttention(Utf8JsonWriter json, HuggingFaceFamily family, ModelConfig model)
    {
        json.WriteNumber("rope_theta", model.RotaryBase);
        if (model.RotaryScaling is { } scaling)
        {
            HuggingFaceRotary.Write(json, scaling, family.Latent ? model : null);
        }
        else if (family.RotaryScaling is not null)
        {
            json.WriteNull("rope_scaling");
        }

        if (family.PartlyRotary)
        {
            json.WriteNumber("partial_rotary_factor", model.RotaryFraction);
            json.WriteNumber("rotary_dim", model.RotaryChannels);
        }

        WriteWindow(json, family, model);
        if (family.BiasKey is { } key)
        {
            json.WriteBoolean(key, model.AttentionBias);
        }

        if (family.HeadNormKey is { } normKey)
        {
            json.WriteBoolean(normKey, model.QueryKeyNorm);
        }

    }

    private static void WriteWindow(Utf8JsonWriter json, HuggingFaceFamily family, ModelConfig model)
    {
        if (family.WindowBlocks == WindowBlocks.ShortenContext)
        {
            json.WriteNull("sliding_window");
            json.WriteBoolean("use_sliding_window", false);
            return;
        }

        if (model.Window is { } window)
        {
            json.WriteNumber("sliding_window", window);
        }
        else
        {
            json.WriteNull("sliding_window");
        }

        WriteList(
            json, "layer_types",
            Enumerable.Range(0, model.Layers).Select(block => model.WindowOf(block) is null ? "full_attention" : "sliding_attention"),
            json.WriteStringValue);
    }

    private static void WriteMixture(Utf8JsonWriter json, MixtureNames names, MixtureDescription mixture, ModelConfig model)
    {
        if (names.HiddenKey != "intermediate_size" && names.Blocks != MixtureBlocks.All)
        {
            json.WriteNumber("intermediate_size", model.Hidden);
        }

        json.WriteNumber(names.HiddenKey, mixture.Hidden);
        json.WriteNumber(names.ExpertsKey, mixture.Experts);
        json.WriteNumber(names.TopKKey, mixture.TopK);
        if (names.NormalizeKey is { } normalize)
        {
            json.WriteBoolean(normalize, mixture.Normalize);
        }

        if (names.ScaleKey is { } scale)
        {
            json.WriteNumber(scale, mixture.Scale);
        }

        if (names.Groups)
        {
            if (names.StatesMethod)
            {
                json.WriteString("scoring_func", names.Score == RouterScore.Softmax ? "softmax" : "sigmoid");
                json.WriteString(
                    "topk_method", names.GroupedMethod is not { } method ? "noaux_tc" : mixture.Groups > 0 ? method : "greedy");
            }

            json.WriteNumber("n_group", Math.Max(1, mixture.Groups));
            json.WriteNumber("topk_group", Math.Max(1, mixture.TopGroups));
        }

        if (names.SharedKey is SharedKey.Width or SharedKey.Count)
        {
            json.WriteNumber(
                names.SharedSetting, names.SharedKey == SharedKey.Width ? mixture.SharedHidden : mixture.SharedHidden / mixture.Hidden);
        }

        WriteBlocks(json, names, model);
    }

    private static void WriteBlocks(Utf8JsonWriter json, MixtureNames names, ModelConfig model)
    {
        var dense = Enumerable.Range(0, model.Layers).Where(block => !model.IsMoeBlock(block)).ToList();
        switch (names.Blocks)
        {
            case MixtureBlocks.NotListed:
                json.WriteNumber("decoder_sparse_step", 1);
                WriteList(json, "mlp_only_layers", dense, json.WriteNumberValue);
                break;
            case MixtureBlocks.AfterFirst:
                json.WriteNumber("first_k_dense_replace", dense.Count);
                json.WriteNumber("moe_layer_freq", 1);
                break;
            case MixtureBlocks.Typed:
                WriteList(
                    json, "mlp_layer_types",
                    Enumerable.Range(0, model.Layers).Select(block => dense.Contains(block) ? "dense" : "sparse"), json.WriteStringValue);
                break;
            case MixtureBlocks.Between:
                json.WriteNumber("moe_layer_start_index", dense.Count);
                json.WriteNumber("moe_layer_end_index", model.Layers - 1);
                json.WriteNumber("moe_layer_interval", 1);
                break;
        }
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            write(item);
        }

        json.WriteEndArray();
    }
}
