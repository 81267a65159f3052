using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>How a model is written for Hugging Face's libraries.</summary>
public sealed record ExportOptions
{
    /// <summary>The <c>model_type</c>, such as <c>mixtral</c>; null takes the first whose forward pass is the model's.</summary>
    public string? Architecture { get; init; }

    /// <summary>How experts are stored.</summary>
    public ExpertStorage Experts { get; init; } = ExpertStorage.PerExpert;

    /// <summary>The most bytes of tensors in a file; more go into shards with an index.</summary>
    public long ShardBytes { get; init; } = 5_000_000_000;
}

/// <summary>
/// Writes models in the naming of the Hugging Face architecture that computes the same. What has no counterpart there is refused: a file
/// that loads elsewhere and computes something else would be worse than none.
/// </summary>
public static class HuggingFaceExport
{
    /// <summary>Writes <c>config.json</c>, the tensors and, if given, the tokenizer's files into a folder without a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">The folder; made where it is absent.</param>
    /// <param name="options">How; null takes the defaults.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <returns>The <c>model_type</c> that was written.</returns>
    /// <exception cref="ConfigurationException">No architecture has a counterpart for every part; the message names the parts.</exception>
    /// <exception cref="StorageException">The folder holds a model, or a file cannot be written.</exception>
    public static string Save(LanguageModel model, string folder, ExportOptions? options = null, ITokenizer? tokenizer = null)
    {
        options ??= new ExportOptions();
        var backbone = Counterpart(model, options.Architecture);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var state = model.state_dict();
        var dtype = state["embedding.weight"].dtype;
        var wide = backbone.Family.Mixture?.RouterIsWide ?? false;
        var payloads = new HuggingFaceTensors(backbone, MixtureTensors.Written(backbone, options.Experts, model.Variant)).Maps()
            .SelectMany(map => map.Stored.Zip(map.Cut([.. map.Ours.Select(Own)])))
            .Select(entry => TensorPayload.Of(entry.First, entry.Second))
            .ToList();
        var files = DiskFiles.Instance;
        SafetensorsWriter.SaveSharded(files, folder, payloads, options.ShardBytes, new Dictionary<string, string> { ["format"] = "pt" });

        if (tokenizer is not null)
        {
            HuggingFaceTokenizer.Save(tokenizer, files, folder);
        }

        // Last, as a folder is a model's by this file.
        var config = HuggingFaceConfigWriter.Write(backbone, dtype, tokenizer);
        files.WriteAtomically(Path.Combine(folder, HuggingFaceConfig.FileName), config);
        return backbone.Family.ModelType;

        Tensor Own(string name) => wide ? state[name] : Narrowed(name, state[name], dtype);
    }

    /// <summary>Routers are float32 here whatever the model is. One whose numbers the model's type has all is written in that type, as it
    /// was read; a correction bias stays float32.</summary>
    private static Tensor Narrowed(string name, Tensor tensor, ScalarType dtype)
    {
        if (!name.Contains(".ffn.router.", StringComparison.Ordinal) || name.Contains(".router.score_bias", StringComparison.Ordinal)
            || tensor.dtype == dtype)
        {
            return tensor;
        }

        var narrow = tensor.to(dtype);
        return narrow.to(tensor.dtype).eq(tensor).all().item<bool>() ? narrow : tensor;
    }

    private static HuggingFaceBackbone Counterpart(LanguageModel model, string? architecture)
    {
        var declaration = model.Variant?.Declaration;
        var families = HuggingFaceFamilies.All.Where(family => architecture is null
            ? family.Mixture is null == declaration is null
            : family.ModelType == architecture).ToList();
        if (families.Count == 0)
        {
            throw new ConfigurationException(
                $"Export:Architecture is '{architecture}'; it must be one of "
                    + $"{string.Join(", ", HuggingFaceFamilies.All.Select(family => family.ModelType))}.");
        }

        var refused = new List<string>();
        foreach (var family in families)
        {
            var (mixture, missing) = HuggingFaceCounterpart.Of(family, model.Config, declaration);
            if (missing.Count == 0)
            {
                return new HuggingFaceBackbone(family, model.Config, mixture);
            }

            refused.Add($"no counterpart in {family.ModelType} for {string.Join(", ", missing)}");
        }

        throw new ConfigurationException(
            $"The model {model.Name} cannot be written for Hugging Face's libraries: {string.Join("; ", refused)}.");
    }
}
