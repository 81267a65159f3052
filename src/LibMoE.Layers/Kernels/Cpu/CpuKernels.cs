using System.Runtime.Intrinsics;
using LibMoE.Runtime.Kernels.Lanes;
using LibMoE.Runtime.Kernels.Matmul;
using LibMoE.Runtime.Kernels.Matmul.Choosing;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>What this processor and this build of libtorch can run.</summary>
internal sealed class CpuKernels
{
    private static readonly PanelProduct Linear = new() { KeepsBits = true };
    private readonly KernelSet _float32;
    private readonly KernelSet _bfloat16;

    /// <summary>Kernels of a vector width in numbers (16, 8 or 1), with a way to multiply.</summary>
    /// <param name="torch">The library.</param>
    /// <param name="lanes">The vector width.</param>
    /// <param name="float32">Multiplies float32 operands; asked for when kernels are first used.</param>
    /// <param name="bfloat16">Rounds and multiplies; null: operands are rounded, then multiplied as float32.</param>
    public CpuKernels(TorchLibrary torch, int lanes, Lazy<Products> float32, MatrixProduct? bfloat16)
    {
        (Torch, Lanes) = (torch, lanes);
        _float32 = KernelSet.Create<Float32Element>(lanes, float32, ScalarType.Float32);
        _bfloat16 = bfloat16 is null
            ? KernelSet.Create<RoundedElement>(lanes, float32, ScalarType.BFloat16)
            : KernelSet.Create<Float32Element>(lanes, new Lazy<Products>(Products.Always(bfloat16)), ScalarType.BFloat16);
    }

    /// <summary>The same with one float32 product for all sizes.</summary>
    public CpuKernels(TorchLibrary torch, int lanes, MatrixProduct float32, MatrixProduct? bfloat16)
        : this(torch, lanes, new Lazy<Products>(Products.Always(float32)), bfloat16)
    {
    }

    /// <summary>The fastest kernels of this machine; null where libtorch exports too little or the processor has no wide vectors.</summary>
    public static CpuKernels? Detected { get; } = WidestLanes is { } lanes && TorchLibrary.Loaded is { } torch
        ? new CpuKernels(
            torch, lanes, new Lazy<Products>(() => Products.Of(ProductTable.OfThisMachine, torch)), BFloat16Product.Find(torch))
        : null;

    public TorchLibrary Torch { get; }

    /// <summary>The vector width in numbers.</summary>
    public int Lanes { get; }

    private static int? WidestLanes => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : null;

    /// <summary>The kernels for matmuls of a type; null where there are none.</summary>
    public KernelSet? For(ScalarType compute) => compute switch
    {
        ScalarType.Float32 => _float32,
        ScalarType.BFloat16 => _bfloat16,
        _ => null,
    };

    /// <summary>The float32 matmul of this library for projections, heads and routers, where it serves products of so many multiplications;
    /// null: the BLAS of libtorch does.</summary>
    public PanelProduct? OwnProduct(long multiplications) =>
        _float32.Products.For(multiplications) is PanelProduct ? Linear : null;
}
