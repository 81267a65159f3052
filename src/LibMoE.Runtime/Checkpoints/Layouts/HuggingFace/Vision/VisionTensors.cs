namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace.Vision;

/// <summary>How the tensors of an image encoder are called in a Hugging Face folder.</summary>
/// <remarks>transformers 4 writes <c>vision_model.embeddings…</c>, transformers 5 an encoder alone without the first part; both are found
/// by the patch projection's name.</remarks>
/// <param name="config">The encoder.</param>
/// <param name="prefix">What stands before every name.</param>
internal sealed class VisionTensors(VisionConfig config, string prefix)
{
    private const string Patches = "embeddings.patch_embedding.weight";

    /// <summary>What a whole model has beside its image encoder.</summary>
    private static readonly string[] OtherHalf = ["text_model.", "text_projection.", "visual_projection.", "logit_scale", "logit_bias"];

    /// <summary>How they are in a folder that lies there.</summary>
    /// <exception cref="StorageException">It has no image encoder, or several.</exception>
    public static VisionTensors In(ITensorSource source, VisionConfig config)
    {
        var found = source.Tensors.Select(tensor => tensor.Name)
            .Where(name => name == Patches || name.EndsWith("." + Patches, StringComparison.Ordinal)).ToList();
        return found is [var only]
            ? new VisionTensors(config, only[..^Patches.Length])
            : throw new StorageException(
                source.Path, StorageCause.Damaged, $"{source.Path} holds {found.Count} tensors called {Patches}; an image encoder has one");
    }

    /// <summary>Every tensor of the encoder.</summary>
    public IEnumerable<TensorMap> Maps() =>
    [
        TensorMap.Same("embedding.patch.weight", prefix + Patches),
        .. Where(config.PatchBias, "embedding.patch.bias", "embeddings.patch_embedding.bias"),
        .. Where(config.ClassToken, "embedding.class_token", "embeddings.class_embedding"),
        TensorMap.Same("embedding.position.weight", prefix + "embeddings.position_embedding.weight"),
        .. config.PreNorm ? Both("pre_norm.", "pre_layrnorm.") : [],
        .. Enumerable.Range(0, config.Layers).SelectMany(block => Block($"blocks.{block}.", $"encoder.layers.{block}.")),
        .. Both("norm.", "post_layernorm."),
    ];

    /// <summary>Stored tensors that the encoder has no use for: the other half of a whole model, the head that pools features to one
    /// vector, and numbers from 0 that old versions saved.</summary>
    public bool CarriesNothing(string name) =>
        OtherHalf.Any(other => name.StartsWith(other, StringComparison.Ordinal))
        || name.StartsWith(prefix + "head.", StringComparison.Ordinal)
        || name == prefix + "embeddings.position_ids";

    private IEnumerable<TensorMap> Block(string ours, string theirs) =>
    [
        .. Both(ours + "attention_norm.", theirs + "layer_norm1."),
        .. Both(ours + "attention.query.", theirs + "self_attn.q_proj."),
        .. Both(ours + "attention.key.", theirs + "self_attn.k_proj."),
        .. Both(ours + "attention.value.", theirs + "self_attn.v_proj."),
        .. Both(ours + "attention.output.", theirs + "self_attn.out_proj."),
        .. Both(ours + "ffn_norm.", theirs + "layer_norm2."),
        TensorMap.Transposed(ours + "ffn.up", $"{prefix}{theirs}mlp.fc1.weight"),
        TensorMap.Same(ours + "ffn.up_bias", $"{prefix}{theirs}mlp.fc1.bias"),
        TensorMap.Transposed(ours + "ffn.down", $"{prefix}{theirs}mlp.fc2.weight"),
        TensorMap.Same(ours + "ffn.down_bias", $"{prefix}{theirs}mlp.fc2.bias"),
    ];

    private TensorMap[] Where(bool has, string ours, string theirs) => has ? [TensorMap.Same(ours, prefix + theirs)] : [];

    private TensorMap[] Both(string ours, string theirs) =>
        [TensorMap.Same(ours + "weight", $"{prefix}{theirs}weight"), TensorMap.Same(ours + "bias", $"{prefix}{theirs}bias")];
}
