using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Distributed;

/// <summary>y = Σ_r x_r on every rank. A loss is the mean over ranks of what each makes of y, so dx = Σ_r dy_r.</summary>
internal sealed class RankSum : ReleasingFunction<RankSum>
{
    /// <inheritdoc/>
    public override string Name => nameof(RankSum);

    /// <summary>The sum, recorded where the tensor wants a gradient.</summary>
    public static Tensor Of(Ranks ranks, Tensor tensor, string name) =>
        is_grad_enabled() && tensor.requires_grad ? apply(tensor, ranks, name) : Summed(ranks, tensor, name);

    /// <inheritdoc/>
    protected override Tensor Output(autograd.AutogradContext ctx, object[] vars)
    {
        ctx.save_data(nameof(Ranks), vars[1]);
        ctx.save_data(nameof(Name), vars[2]);
        return Summed((Ranks)vars[1], (Tensor)vars[0], (string)vars[2]);
    }

    /// <inheritdoc/>
    protected override List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor upstream)
    {
        var dx = Summed((Ranks)ctx.get_data(nameof(Ranks)), upstream, $"{ctx.get_data(nameof(Name))}, backward");
        return [dx, null!, null!];
    }

    private static Tensor Summed(Ranks ranks, Tensor tensor, string name)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var sum = tensor.detach().clone().contiguous();
        ranks.Sum(sum, name);
        return sum.MoveToOuterDisposeScope();
    }
}
