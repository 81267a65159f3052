using LibMoE.Runtime.Checkpoints.Hub;
using LibMoE.Runtime.Checkpoints.Layouts;
using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;
using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace.Vision;
using LibMoE.Runtime.Checkpoints.Safetensors;
using LibMoE.Runtime.Models.Vision;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Loads published image encoders: folders of transformers' <c>CLIPVisionModel</c>, <c>CLIPModel</c>, <c>SiglipVisionModel</c> and
/// <c>SiglipModel</c>, SigLIP2's models of fixed size among them.</summary>
public static class VisionLoader
{
    /// <summary>Loads an encoder, and how its images are prepared.</summary>
    /// <param name="path">A folder with <c>config.json</c> and safetensors files, a model's folder in the Hugging Face cache, or the
    /// address of a published model (<c>hf:owner/name@revision</c>, see <see cref="HubAddress"/>).</param>
    /// <param name="featureLayer">See <see cref="VisionConfig.FeatureLayer"/>.</param>
    /// <param name="scales">See <see cref="VisionConfig.Scales"/>; null takes one.</param>
    /// <param name="dtype">The type that parameters get, whatever type they are stored in.</param>
    /// <param name="device">Where the encoder is made; null is the processor.</param>
    /// <returns>The encoder in evaluation mode; the caller disposes it.</returns>
    /// <exception cref="ConfigurationException">There is no encoder of a known family, or a setting of it cannot be loaded.</exception>
    /// <exception cref="StorageException">A file is damaged, or tensors are missing, unknown or of the wrong shape.</exception>
    /// <exception cref="DownloadException">The server of a published model cannot be reached, and the cache does not have it.</exception>
    public static LoadedVision Load(
        string path,
        int featureLayer = -2,
        IReadOnlyList<int>? scales = null,
        ScalarType dtype = ScalarType.Float32,
        Device? device = null)
    {
        var files = DiskFiles.Instance;
        path = HubPlace.Of(path);
        var folder = path.Length > 0 && Directory.Exists(path) ? HuggingFaceCache.Snapshot(files, path) : path;
        var file = Path.Combine(folder, HuggingFaceConfig.FileName);
        if (path.Length == 0 || files.Find(file) is null)
        {
            throw new ConfigurationException(
                $"There is no image encoder at '{path}'; name a folder with {HuggingFaceConfig.FileName} and safetensors files.");
        }

        var (family, settings) = VisionFamily.Of(HuggingFaceConfig.Read(files, file));
        var config = family.Describe(settings) with { FeatureLayer = featureLayer, Scales = scales ?? [1] };
        ConfigurationException.ThrowIfAny(config.Problems());
        var processor = StoredProcessor.Of(files, folder, family.Processor, config);
        using var source = TensorSource.Open(files, folder);
        var tensors = VisionTensors.In(source, config);
        TensorMap[] maps = [.. tensors.Maps()];
        var shapes = VisionParameters.Of(config, mixture: false).ToDictionary(spec => spec.Name, spec => spec.Shape);
        StoredTensors.Check(shapes, source, maps, tensors.CarriesNothing);
        var encoder = VisionEncoder.Create(config, dtype: dtype, device: device);
        try
        {
            StoredTensors.Fill(encoder, source, maps);
        }
        catch
        {
            encoder.Dispose();
            throw;
        }

        encoder.eval();
        return new LoadedVision(encoder, processor);
    }
}

/// <summary>An image encoder from a folder.</summary>
/// <param name="Encoder">The encoder in evaluation mode; disposed with this object.</param>
/// <param name="Processor">How its images are prepared, at the size that it takes.</param>
public sealed record LoadedVision(VisionEncoder Encoder, ImageProcessor Processor) : IDisposable
{
    /// <inheritdoc />
    public void Dispose() => Encoder.Dispose();
}
