using LibMoE.Runtime.Checkpoints.Layouts.Gguf;
using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>How the matrices of a GGUF file are written. Vectors, routers and biases are always float32.</summary>
public enum GgufType
{
    /// <summary>float32.</summary>
    F32,

    /// <summary>float16.</summary>
    F16,

    /// <summary>bfloat16.</summary>
    BF16,

    /// <summary>Blocks of 32 numbers with one scale, 8.5 bits a number; matrices whose rows are no multiple of 32 are float16.</summary>
    Q8_0,
}

/// <summary>How a model is written as a GGUF file.</summary>
public sealed record GgufOptions
{
    /// <summary>How matrices are written.</summary>
    public GgufType Type { get; init; } = GgufType.F32;

    /// <summary>The <c>general.architecture</c>, such as <c>qwen3moe</c>; null takes the first whose forward pass is the model's.</summary>
    public string? Architecture { get; init; }

    /// <summary>The <c>general.name</c>; null takes the layer's.</summary>
    public string? Name { get; init; }
}

/// <summary>
/// Writes models as GGUF files, in the naming of the llama.cpp architecture that computes the same. What has no counterpart there is
/// refused: a file that loads elsewhere and computes something else would be worse than none.
/// </summary>
public static class GgufExport
{
    /// <summary>ggml's <c>GGML_QNT_VERSION</c>.</summary>
    private const int QuantizationVersion = 2;

    private static readonly Dictionary<GgufType, (GgufTensorType Type, int FileType)> Types = new()
    {
        [GgufType.F32] = (GgufTensorType.F32, 0),
        [GgufType.F16] = (GgufTensorType.F16, 1),
        [GgufType.Q8_0] = (GgufTensorType.Q8, 7),
        [GgufType.BF16] = (GgufTensorType.Bf16, 32),
    };

    /// <summary>Writes settings, tensors and tokenizer into one file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="path">The file, which must not exist; its folder is made where it is absent.</param>
    /// <param name="options">How; null takes the defaults.</param>
    /// <returns>The <c>general.architecture</c> that was written.</returns>
    /// <exception cref="ConfigurationException">No architecture has a counterpart for every part, or the format has no place for the
    /// tokenizer; the message names the parts.</exception>
    /// <exception cref="StorageException">There is such a file, or it cannot be written.</exception>
    public static string Save(LanguageModel model, ITokenizer tokenizer, string path, GgufOptions? options = null)
    {
        options ??= new GgufOptions();
        var files = DiskFiles.Instance;
        if (files.Find(path) is not null)
        {
            throw new StorageException(path, StorageCause.AlreadyExists, $"{path} exists already; choose another name");
        }

        var (family, mixture) = Counterpart(model, options.Architecture);
        var vocabulary = GgufTokenizerWriter.Of(tokenizer);
        var (type, fileType) = Types[options.Type];
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var state = model.state_dict();
        GgufPayload[] tensors =
        [
            .. new GgufTensors(family, model.Config, mixture) { CountsSteps = MixtureTensors.Counts(model.Variant) }.Maps()
                .SelectMany(map => map.Stored.Zip(map.Cut([.. map.Ours.Select(name => state[name])])))
                .Select(entry => new GgufPayload(entry.First, TypeOf(entry.First, entry.Second, type), entry.Second)),
        ];
        (string, GgufValue)[] metadata =
        [
            ("general.architecture", GgufValue.Of(family.Architecture)),
            ("general.type", GgufValue.Of("model")),
            ("general.name", GgufValue.Of(options.Name ?? model.Name)),
            ("general.file_type", GgufValue.Of(fileType)),
            .. type == GgufTensorType.Q8
                ? [("general.quantization_version", GgufValue.Of(QuantizationVersion))] : Array.Empty<(string, GgufValue)>(),
            .. GgufSettings.Write(family, model.Config, mixture),
            .. vocabulary.Write(model.Config.Vocabulary),
        ];
        files.CreateFolders(RunFilesExtensions.ParentOf(path));
        files.WriteAtomically(path, writer => GgufWriter.Write(writer, metadata, tensors));
        return family.Architecture;
    }

    private static GgufTensorType TypeOf(string name, Tensor tensor, GgufTensorType wanted) =>
        tensor.dim() < 2 || name.EndsWith(GgufTensors.Router, StringComparison.Ordinal)
            || name.EndsWith(GgufTensors.Bias, StringComparison.Ordinal) ? GgufTensorType.F32
        : tensor.shape[^1] % wanted.BlockNumbers != 0 ? GgufTensorType.F16
        : wanted;

    private static (GgufFamily Family, MixtureDescription? Mixture) Counterpart(LanguageModel model, string? architecture)
    {
        var declaration = model.Variant?.Declaration;
        var families = GgufFamily.All.Where(family => (architecture is null || family.Architecture == architecture)
            && family.Counterpart.Mixture is null == declaration is null).ToList();
        if (families.Count == 0)
        {
            var known = GgufFamily.All.Where(family => family.Counterpart.Mixture is null == declaration is null)
                .Select(family => family.Architecture).Distinct();
            throw new ConfigurationException(
                $"Export:Architecture is '{architecture}'; in a GGUF file of {(declaration is null ? "a dense model" : "a mixture")} "
                    + $"it must be one of {string.Join(", ", known)}.");
        }

        var refused = new List<string>();
        foreach (var family in families)
        {
            var (mixture, missing) = family.Of(model.Config, declaration);
            if (missing.Count == 0)
            {
                return (family, mixture);
            }

            refused.Add($"no counterpart in {family.Architecture} for {string.Join(", ", missing)}");
        }

        throw new ConfigurationException($"The model {model.Name} cannot be written as a GGUF file: {string.Join("; ", refused)}.");
    }
}
