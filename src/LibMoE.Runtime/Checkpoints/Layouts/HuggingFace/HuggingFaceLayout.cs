namespace LibMoE.Runtime;

/// <summary>A folder as Hugging Face's libraries write it: <c>config.json</c>, <c>model.safetensors</c> or shards with an index, and the
/// files of a tokenizer.</summary>
internal sealed class HuggingFaceLayout : ModelLayout
{
    /// <inheritdoc />
    public override string Description => "a Hugging Face folder (config.json with model_type, and safetensors files)";

    /// <inheritdoc />
    public override bool Recognises(IRunFiles files, string path)
    {
        var config = Path.Combine(path, HuggingFaceConfig.FileName);
        return Directory.Exists(path) && files.Find(config) is not null && HuggingFaceConfig.Read(files, config).Has("model_type");
    }

    /// <inheritdoc />
    public override LoadedModel Load(LoadingPlace place)
    {
        var config = HuggingFaceConfig.Read(place.Files, Path.Combine(place.Path, HuggingFaceConfig.FileName));
        var backbone = HuggingFaceBackbone.Of(config);
        var variant = backbone.Mixture is { } mixture ? VariantSearch.Find(place.Variants, mixture, backbone.Model, config.Path) : null;
        using var source = TensorSource.Open(place.Files, place.Path);
        var maps = HuggingFaceTensors.In(source, backbone).Maps();
        var model = StoredTensors.Load(backbone.Model, variant, place.DType, source, [.. maps], HuggingFaceTensors.CarriesNothing, place.Device);
        return new LoadedModel(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(place.Path))),
            model,
            () => HuggingFaceTokenizer.Of(place.Files, place.Path),
            Sha256(place.Files, place.Path));
    }

    private static string Sha256(IRunFiles files, string folder)
    {
        var names = files.List(folder).Select(entry => entry.Name).Where(ModelFiles.IsOfModel).ToList();
        return ContentHash.Of(files, folder, names);
    }
}
