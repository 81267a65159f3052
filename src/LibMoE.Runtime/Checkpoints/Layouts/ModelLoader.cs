using LibMoE.Runtime.Checkpoints.Hub;
using LibMoE.Runtime.Checkpoints.Layouts;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Loads models, whoever stored them.</summary>
public static class ModelLoader
{
    /// <summary>Loads a model with its tokenizer.</summary>
    /// <param name="path">A file or folder of one of the known layouts, or the address of a published model
    /// (<c>hf:owner/name@revision</c>, see <see cref="HubAddress"/>), which is fetched where the cache does not have it.</param>
    /// <param name="variants">The declared layers; a mixture is loaded into the one that has its structure.</param>
    /// <param name="dtype">The type that parameters get, whatever type they are stored in.</param>
    /// <param name="device">Where the model is made; null is the processor.</param>
    /// <returns>The model in evaluation mode; the caller disposes it.</returns>
    /// <exception cref="ConfigurationException">There is no model of a known layout, or no declared layer has its structure.</exception>
    /// <exception cref="StorageException">A file is damaged, tensors are missing, unknown or of the wrong shape,
    /// or a file cannot be read.</exception>
    /// <exception cref="DownloadException">The server of a published model cannot be reached, and the cache does not have it.</exception>
    public static LoadedModel Load(
        string path, IReadOnlyList<MoeVariant> variants, ScalarType dtype = ScalarType.Float32, Device? device = null)
    {
        var files = DiskFiles.Instance;
        path = HubPlace.Of(path);
        if (path.Length == 0 || (!File.Exists(path) && !Directory.Exists(path)))
        {
            throw new ConfigurationException(
                $"There is no model at '{path}'; {Allowed()}, or the address of a published one (hf:owner/name@revision).");
        }

        var layout = ModelLayouts.All.FirstOrDefault(layout => layout.Recognises(files, path))
            ?? throw new ConfigurationException($"'{path}' is not stored in a layout that can be loaded; {Allowed()}.");
        var loaded = layout.Load(new LoadingPlace(files, path, variants, dtype) { Device = device });
        loaded.Model.eval();
        return loaded;
    }

    private static string Allowed() => "a model is " + string.Join(", or ", ModelLayouts.All.Select(layout => layout.Description));
}
