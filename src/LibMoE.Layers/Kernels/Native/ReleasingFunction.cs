using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Native;

/// <summary>
/// An autograd function that lets go of what it saved once its gradients are there, as libtorch's own do; TorchSharp's keep everything
/// until the graph is gone, so that the activations of all blocks and the gradients of all exist at the same time.
/// </summary>
/// <remarks>A second pass through a graph that was not kept is refused: by gradients of no shape that fits, of which libtorch makes an
/// error that the caller can catch. An exception that leaves this method would end the process.</remarks>
internal abstract class ReleasingFunction<T> : autograd.SingleTensorFunction<T>
    where T : ReleasingFunction<T>, new()
{
    private const string Spent = "spent";

    /// <inheritdoc/>
    public sealed override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        HandedGradients.Release();
        var gradients = ctx.get_data(Spent) is List<bool> there ? Refusals(there) : Gradients(ctx, grad_output);
        if (!TorchLibrary.KeepsGraph)
        {
            ctx.save_data(Spent, gradients.ConvertAll(gradient => gradient is not null));
            ctx.Dispose();
        }

        if (gradients.TrueForAll(gradient => !ReferenceEquals(gradient, grad_output)))
        {
            grad_output.Dispose();
        }

        HandedGradients.Add(gradients);
        return gradients;
    }

    /// <summary>The gradients, one for each argument of forward, null for those that have none.</summary>
    /// <param name="ctx">What forward saved.</param>
    /// <param name="upstream">The gradient to the output.</param>
    protected abstract List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor upstream);

    private static List<Tensor> Refusals(List<bool> there) =>
        there.ConvertAll(gradient => gradient ? TensorMath.Full([], double.NaN, ScalarType.Float32) : null!);
}
