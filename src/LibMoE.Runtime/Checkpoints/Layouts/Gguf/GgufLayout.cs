using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>A GGUF file with settings, tensors and tokenizer in one.</summary>
internal sealed class GgufLayout : ModelLayout
{
    /// <inheritdoc />
    public override string Description => "a GGUF file (.gguf)";

    /// <inheritdoc />
    public override bool Recognises(IRunFiles files, string path) =>
        path.EndsWith(GgufFile.Extension, StringComparison.OrdinalIgnoreCase) && files.Find(path) is { Kind: not RunEntryKind.Folder };

    /// <inheritdoc />
    public override LoadedModel Load(LoadingPlace place)
    {
        using var file = GgufFile.Open(place.Files, place.Path);
        var (family, config, mixture) = GgufSettings.Read(file);
        var variant = mixture is null ? null : VariantSearch.Find(place.Variants, mixture, config, place.Path);
        var tensors = new GgufTensors(family, config, mixture, GgufLatents.IsWhole(file))
        {
            CountsSteps = MixtureTensors.Counts(variant),
        };
        var model = StoredTensors.Load(config, variant, place.DType, file, [.. tensors.Maps()], _ => false, place.Device);
        var stated = file.Header.Metadata;
        return new LoadedModel(
            Path.GetFileNameWithoutExtension(place.Path), model, () => GgufTokenizerReader.Of(stated), place.Files.Sha256(place.Path));
    }
}
