using LibMoE.Runtime.Kernels.Cpu;
using LibMoE.Runtime.Kernels.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Experts;

/// <summary>w·x for each pick of a token as one autograd function: one pass over memory each way, where libtorch's operations make
/// five.</summary>
internal sealed unsafe class WeighedRows : autograd.SingleTensorFunction<WeighedRows>
{
    private const string Kernels = "kernels";

    /// <inheritdoc/>
    public override string Name => nameof(WeighedRows);

    /// <summary>The rows [T·K, D] of tokens [T, D] and weights [T, K], those of a token one after the other.</summary>
    public static Tensor Compute(Tensor x_TD, Tensor weights_TK)
    {
        if (CpuKernels.Detected is not { } kernels || x_TD.device_type != DeviceType.CPU || x_TD.numel() == 0
            || x_TD.dtype != ScalarType.Float32 || weights_TK.dtype != ScalarType.Float32)
        {
            return Portable(x_TD, weights_TK);
        }

        using var scope = NewDisposeScope();
        var (x, weights) = (x_TD.contiguous(), weights_TK.contiguous());
        var rows_ND = is_grad_enabled() && (x.requires_grad || weights.requires_grad)
            ? apply(x, weights, kernels)
            : Forward(kernels, x, weights);
        return rows_ND.MoveToOuterDisposeScope();
    }

    /// <summary>The same in libtorch operations.</summary>
    public static Tensor Portable(Tensor x_TD, Tensor weights_TK) =>
        (x_TD.unsqueeze(1) * weights_TK.to(x_TD.dtype).unsqueeze(-1)).reshape(weights_TK.numel(), x_TD.shape[1]);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x_TD, weights_TK, kernels) = ((Tensor)vars[0], (Tensor)vars[1], (CpuKernels)vars[2]);
        ctx.save_data(Kernels, kernels);
        ctx.save_for_backward([x_TD, weights_TK]);
        return Forward(kernels, x_TD, weights_TK);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var kernels = (CpuKernels)ctx.get_data(Kernels);
        var (x_TD, weights_TK, upstream_ND) = (saved[0], saved[1], grad_output.contiguous());
        var (dX_TD, dWeights_TK) = (empty_like(x_TD), empty_like(weights_TK));
        new TokensTask(kernels, x_TD, weights_TK)
        {
            Rows = (float*)kernels.Torch.Pointer(upstream_ND),
            DX = (float*)kernels.Torch.Pointer(dX_TD),
            DWeights = (float*)kernels.Torch.Pointer(dWeights_TK),
        }.Run();
        grad_output.Dispose();
        return [dX_TD.MoveToOuterDisposeScope(), dWeights_TK.MoveToOuterDisposeScope(), null!];
    }

    private static Tensor Forward(CpuKernels kernels, Tensor x_TD, Tensor weights_TK)
    {
        var rows_ND = empty(weights_TK.numel(), x_TD.shape[1]);
        new TokensTask(kernels, x_TD, weights_TK) { Rows = (float*)kernels.Torch.Pointer(rows_ND) }.Run();
        return rows_ND;
    }

    /// <summary>Tokens in parts of equal size.</summary>
    private sealed class TokensTask(CpuKernels kernels, Tensor x_TD, Tensor weights_TK) : WorkerTask
    {
        private const int PartTokens = 64;

        private readonly float* _x = (float*)kernels.Torch.Pointer(x_TD);
        private readonly float* _weights = (float*)kernels.Torch.Pointer(weights_TK);
        private readonly WeighedRowsKernel _kernel = WeighedRowsKernel.Create(kernels.Lanes);
        private readonly int _tokens = (int)x_TD.shape[0];
        private readonly int _dim = (int)x_TD.shape[1];
        private readonly int _picks = (int)weights_TK.shape[1];

        /// <summary>Receives the rows, or backward holds the gradient to them.</summary>
        public float* Rows { get; init; }

        /// <summary>Receives the gradient to the tokens; null in the forward pass.</summary>
        public float* DX { get; init; }

        /// <summary>Receives the gradient to the weights.</summary>
        public float* DWeights { get; init; }

        public void Run() => Run(kernels.Torch, (_tokens + PartTokens - 1) / PartTokens, Workers(4L * _tokens * _picks * _dim));

        protected override void Run(int part, int worker)
        {
            var (start, tokens) = ((long)part * PartTokens, Math.Min(PartTokens, _tokens - part * PartTokens));
            var x = _x + start * _dim;
            var weights = _weights + start * _picks;
            var rows = Rows + start * _picks * _dim;
            if (DX is null)
            {
                _kernel.Forward(x, weights, tokens, _picks, _dim, rows);
            }
            else
            {
                _kernel.Backward(x, weights, rows, tokens, _picks, _dim, DX + start * _dim, DWeights + start * _picks);
            }
        }
    }
}
