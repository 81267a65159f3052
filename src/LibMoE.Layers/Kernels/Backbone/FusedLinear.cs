using LibMoE.Runtime.Kernels.Matmul;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Backbone;

/// <summary>x·Wᵀ as one autograd function over a matmul of these kernels.</summary>
/// <remarks>With the gradient g to y: dx = g·W, dW = gᵀ·x.</remarks>
internal sealed unsafe class FusedLinear : ReleasingFunction<FusedLinear>
{
    private const string Multiply = "multiply";

    /// <inheritdoc/>
    public override string Name => nameof(FusedLinear);

    /// <summary>Multiplies contiguous float32 matrices; recorded for backward only where an input wants a gradient.</summary>
    public static Tensor Compute(ParallelProduct multiply, Tensor x_NI, Tensor weight_OI)
    {
        // Through a view, the gradient of a parameter becomes .grad as it is instead of being copied, as in FusedExperts.
        var weight = weight_OI.view(-1);
        return is_grad_enabled() && (x_NI.requires_grad || weight.requires_grad)
            ? apply(x_NI, weight, multiply)
            : Forward(multiply, x_NI, weight);
    }

    /// <inheritdoc/>
    protected override Tensor Output(autograd.AutogradContext ctx, object[] vars)
    {
        var (x_NI, weight, multiply) = ((Tensor)vars[0], (Tensor)vars[1], (ParallelProduct)vars[2]);
        ctx.save_data(Multiply, multiply);
        ctx.save_for_backward([x_NI, weight]);
        return Forward(multiply, x_NI, weight);
    }

    /// <inheritdoc/>
    protected override List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor upstream)
    {
        using var scope = NewDisposeScope();
        var multiply = (ParallelProduct)ctx.get_data(Multiply);
        var (wantsX, wantsWeight) = (WantedOf(ctx)[0], WantedOf(ctx)[1]);
        var saved = ctx.get_saved_variables();
        var (x_NI, weight, g_NO) = (saved[0], saved[1], upstream.contiguous());
        var (rows, inputs, outputs) = ((int)x_NI.shape[0], (int)x_NI.shape[1], (int)g_NO.shape[1]);
        var dx_NI = wantsX ? empty_like(x_NI) : null;
        var dWeight = wantsWeight ? empty_like(weight) : null;
        if (wantsX)
        {
            multiply.Run(new(g_NO, outputs, false), new(weight, inputs, false), rows, inputs, outputs, dx_NI!);
        }

        if (wantsWeight)
        {
            multiply.Run(new(g_NO, outputs, true), new(x_NI, inputs, false), outputs, inputs, rows, dWeight!);
        }

        return [dx_NI?.MoveToOuterDisposeScope()!, dWeight?.MoveToOuterDisposeScope()!, null!];
    }

    private static Tensor Forward(ParallelProduct multiply, Tensor x_NI, Tensor weight)
    {
        var (rows, inputs) = ((int)x_NI.shape[0], (int)x_NI.shape[1]);
        var outputs = (int)(weight.numel() / inputs);
        var y_NO = empty([rows, outputs], ScalarType.Float32);
        multiply.Run(new(x_NI, inputs, false), new(weight, inputs, true), rows, outputs, inputs, y_NO);
        return y_NO;
    }
}
