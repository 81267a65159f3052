using LibMoE.Runtime.Kernels.Backbone;
using LibMoE.Runtime.Kernels.Cpu;
using LibMoE.Runtime.Kernels.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Decoding;

/// <summary>A model's parameters and buffers where they lie, by their names in the state dict, and the kernels that read them.</summary>
/// <remarks>Nothing is copied, so nothing is stale: what is written into a parameter is what the next token is computed with. Handles of
/// its own keep the memory as long as this lives.</remarks>
internal sealed unsafe class DecodedWeights : IDisposable
{
    private readonly Dictionary<string, Tensor> _own;

    private DecodedWeights(LanguageModel model, CpuKernels kernels)
    {
        Config = model.Config;
        Kernels = kernels;
        (Product, Query, Rms) = (RowProduct.Create(kernels.Lanes), OneQuery.Create(kernels.Lanes), RmsNormKernel.Create(kernels.Lanes));
        _own = model.named_parameters().Select(entry => (entry.name, numbers: (Tensor)entry.parameter))
            .Concat(model.named_buffers().Select(entry => (entry.name, numbers: entry.buffer)).Where(entry => IsServed(entry.numbers)))
            .ToDictionary(entry => entry.name, entry => entry.numbers.detach().DetachFromDisposeScope());
    }

    /// <summary>The backbone.</summary>
    public ModelConfig Config { get; }

    /// <summary>What multiplies.</summary>
    public RowProduct Product { get; }

    /// <summary>What attends.</summary>
    public OneQuery Query { get; }

    /// <summary>What normalises.</summary>
    public RmsNormKernel Rms { get; }

    /// <summary>The kernels of this machine.</summary>
    public CpuKernels Kernels { get; }

    /// <summary>The library, whose threads compute.</summary>
    public TorchLibrary Torch => Kernels.Torch;

    /// <summary>The parameters of a model; null where these kernels do not read them: they are float32 on a processor with wide vectors, in
    /// the order of their shapes.</summary>
    public static DecodedWeights? Find(LanguageModel model) =>
        CpuKernels.Detected is { } kernels && model.parameters().All(IsServed)
            ? new DecodedWeights(model, kernels)
            : null;

    /// <summary>A parameter's numbers; null where the model has none of that name.</summary>
    public float* this[string name] => (float*)Torch.Pointer(_own.GetValueOrDefault(name));

    /// <summary>The shape of a parameter.</summary>
    public long[] Shape(string name) => _own[name].shape;

    private static bool IsServed(Tensor numbers) =>
        numbers.dtype == ScalarType.Float32 && numbers.device_type == DeviceType.CPU && numbers.is_contiguous();

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var tensor in _own.Values)
        {
            tensor.Dispose();
        }
    }
}
