using LibMoE.Runtime.Checkpoints.Layouts.Adapters;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// A folder of low-rank adapters: <c>adapter_model.safetensors</c> and <c>adapter_config.json</c>, as PEFT names them. Tensors are named
/// <c>base_model.model.</c>, the module's name in the model's state dict, <c>.lora_A.weight</c> [r, I] or <c>.lora_B.weight</c> [O, r]; of
/// stacked experts [F, r, I] and [F, O, r]. <see cref="ModelLoader"/> loads such a folder as the model with the adapters merged into it.
/// </summary>
public static class AdapterFolder
{
    /// <summary>The folder's name inside a cell of a run.</summary>
    public const string Name = "adapter";

    internal const string ConfigFile = "adapter_config.json";
    internal const string TensorFile = "adapter_model.safetensors";

    private const string Prefix = "base_model.model.";

    /// <summary>Writes adapters; the tensors first, as a folder is one of adapters by its configuration.</summary>
    /// <param name="adapters">The adapters.</param>
    /// <param name="folder">The folder; made where it is absent.</param>
    /// <param name="model">The path of the model that they adapt, which loading them reads.</param>
    /// <param name="sha256">What that model's files hold; see <see cref="LoadedModel.Sha256"/>.</param>
    /// <exception cref="StorageException">A file cannot be written.</exception>
    public static void Save(AdapterSet adapters, string folder, string model, string sha256)
    {
        var (files, options) = (DiskFiles.Instance, adapters.Options);
        files.CreateFolders(folder);
        var tensors = adapters.named_parameters().Select(entry => (Name: entry.name, Tensor: (Tensor)entry.parameter)).ToList();
        SafetensorsWriter.Save(
            files, Path.Combine(folder, TensorFile), [.. tensors.Select(entry => TensorPayload.Of(Prefix + entry.Name, entry.Tensor))],
            new Dictionary<string, string> { ["format"] = "pt" });
        var config = new AdapterConfig
        {
            BaseModelNameOrPath = model,
            R = options.Rank,
            LoraAlpha = options.Alpha,
            TargetModules = [.. tensors.Select(entry => entry.Name.Split('.')[^3]).Distinct()],
            Libmoe = new AdapterOrigin(sha256, options.Attention, options.Experts, options.Sharing),
        };
        files.WriteAtomically(Path.Combine(folder, ConfigFile), config.ToJson());
    }

    /// <summary>Puts stored values into adapters of the same shapes.</summary>
    /// <exception cref="StorageException">The file cannot be read, or holds other tensors.</exception>
    internal static void Read(IRunFiles files, string folder, AdapterSet adapters)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var path = Path.Combine(folder, TensorFile);
        using var source = SafetensorsFile.Open(files, path);
        var own = adapters.named_parameters().ToDictionary(entry => Prefix + entry.name, entry => (Tensor)entry.parameter);
        if (source.Tensors.Select(tensor => tensor.Name).FirstOrDefault(name => !own.ContainsKey(name)) is { } unknown)
        {
            throw new StorageException(path, StorageCause.Damaged, $"{path} has a tensor {unknown}, which is no adapter of this model");
        }

        foreach (var (name, target) in own)
        {
            source.ReadInto(name, target);
        }
    }
}
