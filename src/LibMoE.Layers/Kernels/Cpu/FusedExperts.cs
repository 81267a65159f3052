using LibMoE.Runtime.Kernels.Dispatching;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>
/// The expert computation as one autograd function: CPU kernels forward, and a hand-derived backward for which only the values before the
/// activation are kept.
/// </summary>
internal sealed unsafe class FusedExperts : ReleasingFunction<FusedExperts>
{
    private const string Call = "call";

    /// <inheritdoc/>
    public override string Name => nameof(FusedExperts);

    /// <summary>Computes the outputs of a dispatch; recorded for backward only where some input wants a gradient.</summary>
    /// <param name="call">Sizes and kernels.</param>
    /// <param name="group">The parameters, float32.</param>
    /// <param name="x_TD">float32.</param>
    /// <param name="weights_TK">float32; null: 1.</param>
    public static Tensor Compute(FusedCall call, ExpertGroup group, Tensor x_TD, Tensor? weights_TK)
    {
        // Through a view, the gradient of a parameter arrives as a tensor that only libtorch holds, and becomes .grad as it is; one that
        // this process has a handle of would be copied.
        var tensors = new FusedTensors(
            x_TD.contiguous(), weights_TK?.contiguous(), group.Up_FDW.contiguous().view(-1), group.Down_FHO.contiguous().view(-1),
            group.UpBias_FW?.contiguous().view(-1), call.Dispatch.Rows.Pick_N, call.Dispatch.Rows.Row_P, H_NW: null);
        return is_grad_enabled() && tensors.WantsGradient ? apply([.. tensors.Inputs!, call]) : Forward(call, tensors.As(call.Kernels));
    }

    /// <inheritdoc/>
    protected override Tensor Output(autograd.AutogradContext ctx, object[] vars)
    {
        var call = (FusedCall)vars[^1];
        var tensors = FusedTensors.From(vars[..^1].Cast<Tensor?>().ToArray());
        ctx.save_data(Call, call);
        tensors = tensors.As(call.Kernels) with { H_NW = LargePages.Advise(empty(call.Rows, call.Width, dtype: call.Kernels.Kept)) };
        ctx.save_for_backward([.. tensors.Inputs!, tensors.H_NW]);
        return Forward(call, tensors);
    }

    /// <inheritdoc/>
    protected override List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor upstream)
    {
        using var scope = NewDisposeScope();
        var call = (FusedCall)ctx.get_data(Call);
        var tensors = FusedTensors.From(ctx.get_saved_variables());
        var gradients = Backward(call, tensors, WantedOf(ctx), upstream.contiguous());
        // One entry per argument of forward; the plan's tensors and the call itself have no gradient.
        return [.. gradients.Select(gradient => gradient?.MoveToOuterDisposeScope()!), null!, null!, null!];
    }

    private static Tensor Forward(FusedCall call, FusedTensors tensors)
    {
        var torch = call.Torch;
        using var y_NO = new RentedBuffer(sizeof(float) * (long)call.Rows * call.Output);
        new ForwardTask(call)
        {
            X = (float*)torch.Pointer(tensors.X_TD),
            Weights = (float*)torch.Pointer(tensors.Weights_TK),
            Pick_N = (int*)torch.Pointer(tensors.Pick_N) + call.Start,
            Up_FDW = (float*)torch.Pointer(tensors.Up),
            Down_FHO = (float*)torch.Pointer(tensors.Down),
            UpBias_FW = (float*)torch.Pointer(tensors.UpBias),
            H_NW = torch.Pointer(tensors.H_NW),
            Y_NO = (float*)y_NO.Pointer,
        }.Run();
        return Combine(call, tensors, y_NO, call.Dispatch.Outputs, call.Dispatch.PicksPerOutput, call.Output);
    }

    private static Tensor?[] Backward(FusedCall call, FusedTensors tensors, bool[] wanted, Tensor upstream)
    {
        var torch = call.Torch;
        var dUp = wanted[2] ? LargePages.Advise(empty_like(tensors.Up)) : null;
        var dDown = wanted[3] ? LargePages.Advise(empty_like(tensors.Down)) : null;
        var dUpBias = wanted[4] ? empty_like(tensors.UpBias!) : null;
        using var dX_ND = new RentedBuffer(wanted[0] ? sizeof(float) * (long)call.Rows * call.Dim : 0);
        using var dWeights_N = new RentedBuffer(wanted[1] ? sizeof(float) * (long)call.Rows : 0);
        new BackwardTask(call)
        {
            X = (float*)torch.Pointer(tensors.X_TD),
            Weights = (float*)torch.Pointer(tensors.Weights_TK),
            Pick_N = (int*)torch.Pointer(tensors.Pick_N) + call.Start,
            Up_FDW = (float*)torch.Pointer(tensors.Up),
            Down_FHO = (float*)torch.Pointer(tensors.Down),
            H_NW = torch.Pointer(tensors.H_NW),
            Upstream = (float*)torch.Pointer(upstream),
            DX_ND = wanted[0] ? (float*)dX_ND.Pointer : null,
            DWeights_N = wanted[1] ? (float*)dWeights_N.Pointer : null,
            Gradients = new((float*)torch.Pointer(dUp), (float*)torch.Pointer(dDown), (float*)torch.Pointer(dUpBias)),
        }.Run();
        var dX_TD = wanted[0] ? Combine(call, tensors, dX_ND, call.Dispatch.Tokens, call.Dispatch.Picks, call.Dim) : null;
        var dWeights_TK = wanted[1] ? ScatterWeights(call, tensors, dWeights_N) : null;
        return [dX_TD, dWeights_TK, dUp, dDown, dUpBias];
    }

    private static Tensor Combine(FusedCall call, FusedTensors tensors, RentedBuffer rows_NW, int outputs, int picks, int width)
    {
        var combined = empty([outputs, width], ScalarType.Float32);
        new CombineTask(call, outputs, picks, width)
        {
            Row_P = (int*)call.Torch.Pointer(tensors.Row_P),
            Source_NW = rows_NW.Pointer,
            Target = (float*)call.Torch.Pointer(combined),
        }.Run();
        return combined;
    }

    private static Tensor ScatterWeights(FusedCall call, FusedTensors tensors, RentedBuffer rows_N)
    {
        var dWeights_TK = empty_like(tensors.Weights_TK!);
        var picks = new Span<float>(call.Torch.Pointer(dWeights_TK), (int)dWeights_TK.numel());
        PickWeights.Scatter((float*)rows_N.Pointer, (int*)call.Torch.Pointer(tensors.Pick_N) + call.Start, call.Rows, picks);
        return dWeights_TK;
    }
}
