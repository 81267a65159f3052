using LibMoE.Runtime.Checkpoints.Safetensors;

namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>A folder as Hugging Face's libraries write it: <c>config.json</c>, <c>model.safetensors</c> or shards with an index, and the
/// files of a tokenizer.</summary>
internal sealed class HuggingFaceLayout : ModelLayout
{
    /// <inheritdoc />
    public override string Description => "a Hugging Face folder (config.json with model_type, and safetensors files)";

    /// <inheritdoc />
    public override bool Recognises(IRunFiles files, string path)
    {
        var config = Path.Combine(HuggingFaceCache.Snapshot(files, path), HuggingFaceConfig.FileName);
        return Directory.Exists(path) && files.Find(config) is not null && HuggingFaceConfig.Read(files, config).Has("model_type");
    }

    /// <inheritdoc />
    public override LoadedModel Load(LoadingPlace place)
    {
        var folder = HuggingFaceCache.Snapshot(place.Files, place.Path);
        var config = HuggingFaceConfig.Read(place.Files, Path.Combine(folder, HuggingFaceConfig.FileName));
        var backbone = HuggingFaceBackbone.Of(config);
        var variant = backbone.Mixture is { } mixture
            ? VariantSearch.Find(place.Variants, mixture, backbone.Model, config.Path, backbone.Family.Mixture!.Mask == GroupMask.Either)
            : null;
        using var source = backbone.Quantization?.Open(place.Files, folder) ?? TensorSource.Open(place.Files, folder);
        var tensors = HuggingFaceTensors.In(source, backbone, variant);
        var model = StoredTensors.Load(
            backbone.Model, variant, place.DType, source, [.. tensors.Maps()],
            name => HuggingFaceTensors.CarriesNothing(name) || tensors.IsFurther(name), place.Device);
        return new LoadedModel(
            HuggingFaceCache.NameOf(place.Path),
            model,
            () => HuggingFaceTokenizer.Of(place.Files, folder),
            Sha256(place.Files, folder, (source as BlockScaledTensors)?.Stored ?? source))
        {
            Notes = LoadingNotes.Of(config, backbone, tensors, source),
        };
    }

    /// <summary>Of the files that the tensors were read from, whatever they are called.</summary>
    private static string Sha256(IRunFiles files, string folder, ITensorSource source) =>
        ContentHash.Of(files, folder, source is ShardedTensors shards ? [ModelFiles.Index, .. shards.Files] : [ModelFiles.Single]);
}
