using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Checkpoints.Layouts.Adapters;

/// <summary>Adapters beside the path of their model: a folder of them, a cell of a run that trained them, or a run of one such cell. The
/// model is loaded with the adapters merged into it.</summary>
internal sealed class AdapterLayout : ModelLayout
{
    /// <inheritdoc />
    public override string Description => "a folder of adapters (adapter_config.json) or a run of finetune";

    /// <inheritdoc />
    public override bool Recognises(IRunFiles files, string path) => Directory.Exists(path) && Folders(files.Followed(path)).Count > 0;

    /// <inheritdoc />
    public override LoadedModel Load(LoadingPlace place)
    {
        var (files, folders) = (place.Files, Folders(place.Files.Followed(place.Path)));
        if (folders.Count > 1)
        {
            throw new ConfigurationException($"{place.Path} has several adapters; name one of {string.Join(", ", folders)}.");
        }

        var (folder, config) = (folders[0], AdapterConfig.Read(files, Path.Combine(folders[0], AdapterFolder.ConfigFile)));
        var isPublished = HubAddress.IsAddress(config.BaseModelNameOrPath);
        var origin = isPublished ? config.BaseModelNameOrPath : Path.GetFullPath(config.BaseModelNameOrPath, Path.GetFullPath(folder));
        if (!isPublished
            && (!Path.Exists(origin) || (Recognises(files, origin) && Folders(files.Followed(origin)).Contains(folder))))
        {
            throw new ConfigurationException(
                $"{folder} has adapters of the model at '{origin}', which is not there; put it back, or write its path as "
                    + $"base_model_name_or_path into {AdapterFolder.ConfigFile}.");
        }

        var adapted = ModelLoader.Load(origin, place.Variants, place.DType, place.Device);
        try
        {
            Merge(adapted, files, folder, config);
            var hash = files.Sha256(Path.Combine(folder, AdapterFolder.TensorFile));
            return new LoadedModel(
                $"{adapted.Name}-adapted", adapted.Model, () => adapted.Tokenizer,
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{adapted.Sha256} {hash}\n"))));
        }
        catch
        {
            adapted.Dispose();
            throw;
        }
    }

    private static void Merge(LoadedModel adapted, IRunFiles files, string folder, AdapterConfig config)
    {
        if (adapted.Sha256 != config.Libmoe.BaseSha256)
        {
            throw new ConfigurationException(
                $"{folder} has adapters of another model than is at '{config.BaseModelNameOrPath}' now: its files have changed since.");
        }

        using var adapters = new AdapterSet(adapted.Model, config.Options);
        AdapterFolder.Read(files, folder, adapters);
        using var quiet = no_grad();
        adapters.Apply();
    }

    private static IReadOnlyList<string> Folders(string path)
    {
        string[] own = [path, Path.Combine(path, AdapterFolder.Name)];
        var cells = Directory.GetDirectories(path).SelectMany(Subfolders).Select(cell => Path.Combine(cell, AdapterFolder.Name));
        return [.. own.Concat(cells).Where(folder => File.Exists(Path.Combine(folder, AdapterFolder.ConfigFile)))];
    }

    private static string[] Subfolders(string folder) => Directory.GetDirectories(folder);
}
