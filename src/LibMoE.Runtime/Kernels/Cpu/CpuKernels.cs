using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>What this processor and this build of libtorch can run.</summary>
internal sealed class CpuKernels
{
    private readonly KernelSet _float32;
    private readonly KernelSet _rounded;

    /// <summary>Kernels of a vector width in numbers: 16, 8 or 1.</summary>
    public CpuKernels(TorchLibrary torch, int lanes)
    {
        Torch = torch;
        AdamW = AdamWKernel.Create(lanes);
        _float32 = KernelSet.Create<Float32Element>(lanes);
        _rounded = KernelSet.Create<RoundedElement>(lanes);
    }

    /// <summary>The widest kernels of this machine; null where libtorch exports too little or the processor has no wide vectors.</summary>
    public static CpuKernels? Detected { get; } = Lanes is { } lanes && TorchLibrary.Loaded is { } torch ? new CpuKernels(torch, lanes) : null;

    public TorchLibrary Torch { get; }

    public AdamWKernel AdamW { get; }

    private static int? Lanes => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : null;

    /// <summary>The kernels for matmuls of a type; null where there are none.</summary>
    public KernelSet? For(ScalarType compute) => compute switch
    {
        ScalarType.Float32 => _float32,
        ScalarType.BFloat16 => _rounded,
        _ => null,
    };
}
