using LibMoE.Runtime.Kernels.Dispatching;
using LibMoE.Runtime.Kernels.Matmul;
using LibMoE.Runtime.Kernels.Native;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>The sizes and kernels of one call of <see cref="FusedExperts"/>: what its forward and its backward share
/// besides tensors.</summary>
internal sealed class FusedCall(TorchLibrary torch, KernelSet kernels, Dispatch dispatch, ExpertGroup group)
{
    public TorchLibrary Torch { get; } = torch;

    public KernelSet Kernels { get; } = kernels;

    /// <summary>How matrices are multiplied: by the size of a mean expert's first product.</summary>
    public MatrixProduct Product { get; } = kernels.Products.For(OfMeanExpert(dispatch, group));

    public ActivationKernel Activation { get; } = kernels.For(group.Activation, group.Glu);

    public Dispatch Dispatch { get; } = dispatch;

    /// <summary>F.</summary>
    public int Experts { get; } = group.Experts;

    /// <summary>D.</summary>
    public int Dim { get; } = group.Dim;

    /// <summary>O, the width of the outputs.</summary>
    public int Output { get; } = group.Output;

    /// <summary>H.</summary>
    public int Hidden { get; } = group.Hidden;

    /// <summary>W, the columns of the first matrix: H, or 2H where the activation is gated.</summary>
    public int Width { get; } = group.Width;

    /// <summary>Where the rows of each expert start among the plan's rows, and the end of the last's.</summary>
    public int[] Offsets_F1 { get; } = dispatch.Rows.Offsets_E1[dispatch.First..(dispatch.First + dispatch.Experts + 1)];

    /// <summary>The group's first row.</summary>
    public int Start => Offsets_F1[0];

    /// <summary>N, the rows of the group.</summary>
    public int Rows => Offsets_F1[^1] - Offsets_F1[0];

    /// <summary>How many threads the call is worth.</summary>
    public int Workers => WorkerTask.Workers(2L * Rows * ((long)Dim * Width + (long)Hidden * Output));

    private static long OfMeanExpert(Dispatch dispatch, ExpertGroup group)
    {
        var rows = dispatch.Rows.Offsets_E1[dispatch.First + dispatch.Experts] - dispatch.Rows.Offsets_E1[dispatch.First];
        return (long)rows * group.Dim * group.Width / Math.Max(1, group.Experts);
    }
}
