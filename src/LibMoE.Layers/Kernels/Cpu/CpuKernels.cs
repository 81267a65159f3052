using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using LibMoE.Runtime.Kernels.Lanes;
using LibMoE.Runtime.Kernels.Matmul;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>What this processor and this build of libtorch can run.</summary>
internal sealed class CpuKernels
{
    /// <summary>CPUID leaf 0, EBX: "Genu", of GenuineIntel.</summary>
    private const int IntelStart = 0x756e6547;

    private readonly KernelSet _float32;
    private readonly KernelSet _bfloat16;

    /// <summary>Kernels of a vector width in numbers (16, 8 or 1), with a way to multiply.</summary>
    /// <param name="torch">The library.</param>
    /// <param name="lanes">The vector width.</param>
    /// <param name="float32">Multiplies float32 operands.</param>
    /// <param name="bfloat16">Rounds and multiplies; null: operands are rounded, then multiplied as float32.</param>
    public CpuKernels(TorchLibrary torch, int lanes, MatrixProduct float32, MatrixProduct? bfloat16)
    {
        (Torch, Lanes) = (torch, lanes);
        _float32 = KernelSet.Create<Float32Element>(lanes, float32);
        _bfloat16 = bfloat16 is null
            ? KernelSet.Create<RoundedElement>(lanes, float32)
            : KernelSet.Create<Float32Element>(lanes, bfloat16);
    }

    /// <summary>The fastest kernels of this machine; null where libtorch exports too little or the processor has no wide vectors.</summary>
    public static CpuKernels? Detected { get; } = WidestLanes is { } lanes && TorchLibrary.Loaded is { } torch
        ? new CpuKernels(torch, lanes, FastestFloat32(torch), BFloat16Product.Find(torch))
        : null;

    public TorchLibrary Torch { get; }

    /// <summary>The vector width in numbers.</summary>
    public int Lanes { get; }

    /// <summary>The float32 matmul of this library, where it is faster than the BLAS of libtorch; null: it is not.</summary>
    public PanelProduct? OwnProduct => _float32.Product as PanelProduct;

    private static int? WidestLanes => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : null;

    /// <summary>The kernels for matmuls of a type; null where there are none.</summary>
    public KernelSet? For(ScalarType compute) => compute switch
    {
        ScalarType.Float32 => _float32,
        ScalarType.BFloat16 => _bfloat16,
        _ => null,
    };

    /// <summary>
    /// By the processor's maker, not by a measurement: a choice that could differ from run to run would change the bits of a training.
    /// </summary>
    private static MatrixProduct FastestFloat32(TorchLibrary torch) =>
        PanelProduct.IsSupported && X86Base.CpuId(0, 0).Ebx != IntelStart ? new PanelProduct() : new BlasProduct(torch);
}
