using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Native;

/// <summary>
/// An autograd function that lets go of what it saved once its gradients are there, as libtorch's own do; TorchSharp's keep everything
/// until the graph is gone, so that the activations of all blocks and the gradients of all exist at the same time.
/// </summary>
/// <remarks>A second pass through a graph that was not kept, and one whose gradients are to be differentiated again, are refused
/// (<see cref="RefusedGradients"/>).</remarks>
internal abstract class ReleasingFunction<T> : autograd.SingleTensorFunction<T>
    where T : ReleasingFunction<T>, new()
{
    private const string Spent = "ReleasingFunction.spent";
    private const string Wanted = "ReleasingFunction.wanted";

    /// <inheritdoc/>
    public sealed override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(Wanted, vars.Select(argument => argument is Tensor { requires_grad: true }).ToArray());
        return Output(ctx, vars);
    }

    /// <inheritdoc/>
    public sealed override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        HandedGradients.Release();
        var gradients = RefusedGradients.Unless(
            Name, WantedOf(ctx), ctx.get_data(Spent) is not null, () => Gradients(ctx, grad_output));
        if (!TorchLibrary.KeepsGraph)
        {
            ctx.save_data(Spent, true);
            ctx.Dispose();
        }

        if (gradients.TrueForAll(gradient => !ReferenceEquals(gradient, grad_output)))
        {
            grad_output.Dispose();
        }

        HandedGradients.Add(gradients);
        return gradients;
    }

    /// <summary>Which arguments of forward want a gradient.</summary>
    protected static bool[] WantedOf(autograd.AutogradContext ctx) => (bool[])ctx.get_data(Wanted);

    /// <summary>The output, as an autograd function's forward has it.</summary>
    /// <param name="ctx">Saves what the gradients need.</param>
    /// <param name="vars">The arguments.</param>
    protected abstract Tensor Output(autograd.AutogradContext ctx, object[] vars);

    /// <summary>The gradients, one for each argument of forward, null for those that have none.</summary>
    /// <param name="ctx">What forward saved.</param>
    /// <param name="upstream">The gradient to the output.</param>
    protected abstract List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor upstream);
}
