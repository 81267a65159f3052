using System.Runtime.Intrinsics;
using LibMoE.Runtime.Kernels.Cpu;
using LibMoE.Runtime.Kernels.Cuda;
using LibMoE.Runtime.Kernels.Dispatching;
using LibMoE.Runtime.Kernels.Matmul;
using LibMoE.Runtime.Kernels.Native;
using LibMoE.Runtime.Kernels.Portable;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

/// <summary>One way to compute experts, by name: every kernel that some machine would choose.</summary>
/// <param name="Name">What stands in the test's name.</param>
/// <param name="Make">Makes the path.</param>
internal sealed record KernelPath(string Name, Func<ExpertPath> Make)
{
    private static TorchLibrary Torch => TorchLibrary.Loaded!;

    private static readonly KernelPath[] All =
    [
        new("fp32, 512 bits, panels", () => new CpuPath(new CpuKernels(Torch, 16, new PanelProduct(), null))) { Needs = Needed.Panels },
        new("fp32, 512 bits, BLAS", () => new CpuPath(new CpuKernels(Torch, 16, new BlasProduct(Torch), null))) { Needs = Needed.Bits512 },
        new("fp32, 256 bits", () => new CpuPath(new CpuKernels(Torch, 8, new BlasProduct(Torch), null))) { Needs = Needed.Bits256 },
        new("fp32, scalar", () => new CpuPath(new CpuKernels(Torch, 1, new BlasProduct(Torch), null))) { Needs = Needed.Library },
        new("bf16, 512 bits, dot products", () => new CpuPath(
            new CpuKernels(Torch, 16, new BlasProduct(Torch), BFloat16Product.Find(Torch))))
        {
            Needs = Needed.DotProducts,
            Compute = ScalarType.BFloat16,
        },
        new("bf16, 512 bits, rounded", () => new CpuPath(new CpuKernels(Torch, 16, new BlasProduct(Torch), null)))
        {
            Needs = Needed.Bits512,
            Compute = ScalarType.BFloat16,
        },
        new("bf16, 256 bits, rounded", () => new CpuPath(new CpuKernels(Torch, 8, new BlasProduct(Torch), null)))
        {
            Needs = Needed.Bits256,
            Compute = ScalarType.BFloat16,
        },
        new("bf16, scalar, rounded", () => new CpuPath(new CpuKernels(Torch, 1, new BlasProduct(Torch), null)))
        {
            Needs = Needed.Library,
            Compute = ScalarType.BFloat16,
        },
        new("fp32, portable", () => new PortablePath()),
        new("bf16, portable", () => new PortablePath()) { Compute = ScalarType.BFloat16 },
        new("fp64, portable", () => new PortablePath()) { Master = ScalarType.Float64, Compute = ScalarType.Float64 },
        new("fp32, device order", () => new DevicePath(DispatcherGroupedMatmul.Found!)) { Needs = Needed.Dispatcher },
        new("bf16, device order", () =>
            new DevicePath(DispatcherGroupedMatmul.Found!)) { Needs = Needed.Dispatcher, Compute = ScalarType.BFloat16 },
    ];

    private enum Needed
    {
        Nothing,
        Library,
        Bits256,
        Bits512,
        Panels,
        DotProducts,
        Dispatcher,
    }

    /// <summary>The names, for theories.</summary>
    public static TheoryData<string> Names => new(All.Select(path => path.Name));

    /// <summary>The type of parameters, tokens and weights.</summary>
    public ScalarType Master { get; private init; } = ScalarType.Float32;

    /// <summary>The type of the matmuls.</summary>
    public ScalarType Compute { get; private init; } = ScalarType.Float32;

    /// <summary>What outputs and gradients may differ from the oracle's, relative to the largest number of the tensor.</summary>
    public double Tolerance => Compute switch
    {
        ScalarType.Float64 => 1e-14,
        ScalarType.Float32 => 1e-6,
        _ => 1e-2,
    };

    private Needed Needs { get; init; }

    /// <summary>The path of a name, or a skipped test where this machine has no such kernel.</summary>
    public static KernelPath Of(string name)
    {
        var path = All.Single(path => path.Name == name);
        var runs = path.Needs switch
        {
            Needed.Nothing => true,
            Needed.Dispatcher => DispatcherGroupedMatmul.Found is not null,
            _ when TorchLibrary.Loaded is null => false,
            Needed.Bits256 => Vector256.IsHardwareAccelerated,
            Needed.Bits512 => Vector512.IsHardwareAccelerated,
            Needed.Panels => PanelProduct.IsSupported,
            Needed.DotProducts => BFloat16Product.Find(Torch) is not null,
            _ => true,
        };
        Skip.IfNot(runs, $"this machine lacks: {path.Needs}");
        return path;
    }

    public ExpertPath Create() => Make();

    public override string ToString() => Name;
}
