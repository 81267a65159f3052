using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>
/// The same tensor; tells when its gradient has been computed. libtorch goes back through a graph by the order of its making, the newest
/// step first, so that by then everything that was made after it has its gradients.
/// </summary>
internal sealed class GradientTap : ReleasingFunction<GradientTap>
{
    private const string Reached = "reached";

    /// <inheritdoc/>
    public override string Name => nameof(GradientTap);

    /// <summary>The tensor, with a tap.</summary>
    /// <param name="x">A tensor that wants a gradient, [..].</param>
    /// <param name="reached">Called in the backward pass.</param>
    public static Tensor Of(Tensor x, Action reached) => apply(x, reached);

    /// <inheritdoc/>
    protected override Tensor Output(autograd.AutogradContext ctx, object[] vars)
    {
        ctx.save_data(Reached, vars[1]);
        return ((Tensor)vars[0]).detach();
    }

    /// <inheritdoc/>
    protected override List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor upstream)
    {
        ((Action)ctx.get_data(Reached))();
        return [upstream, null!];
    }
}
