using LibMoE.Runtime.Kernels.Cpu;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Backbone;

/// <summary>The normalisation as one autograd function, which keeps its input and one number per row.</summary>
/// <remarks>With x̂ = x·r and the gradient g to y: dw = Σ g ⊙ x̂ over the rows, dx = r·(g ⊙ w − x̂·mean(g ⊙ w ⊙ x̂)).</remarks>
internal sealed unsafe class FusedRmsNorm : ReleasingFunction<FusedRmsNorm>
{
    private const string Kernels = "kernels";

    /// <inheritdoc/>
    public override string Name => nameof(FusedRmsNorm);

    /// <summary>Normalises contiguous float32 rows; recorded for backward only where an input wants a gradient.</summary>
    public static Tensor Compute(CpuKernels kernels, Tensor x, Tensor weight_D, double epsilon) =>
        is_grad_enabled() && (x.requires_grad || weight_D.requires_grad)
            ? apply(x, weight_D, kernels, epsilon)
            : Forward(kernels, x, weight_D, epsilon, null);

    /// <inheritdoc/>
    protected override Tensor Output(autograd.AutogradContext ctx, object[] vars)
    {
        var (x, weight_D, kernels) = ((Tensor)vars[0], (Tensor)vars[1], (CpuKernels)vars[2]);
        var inverse_T = empty([x.numel() / x.shape[^1]], ScalarType.Float32);
        ctx.save_data(Kernels, kernels);
        ctx.save_for_backward([x, weight_D, inverse_T]);
        return Forward(kernels, x, weight_D, (double)vars[3], inverse_T);
    }

    /// <inheritdoc/>
    protected override List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor upstream)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var kernels = (CpuKernels)ctx.get_data(Kernels);
        var (x, weight_D, g) = (saved[0], saved[1], upstream.contiguous());
        var dx = empty_like(x);
        var dWeight_D = zeros_like(weight_D);
        new BackwardTask(kernels, x)
        {
            X = (float*)kernels.Torch.Pointer(x),
            Weight = (float*)kernels.Torch.Pointer(weight_D),
            Inverse = (float*)kernels.Torch.Pointer(saved[2]),
            Upstream = (float*)kernels.Torch.Pointer(g),
            DX = (float*)kernels.Torch.Pointer(dx),
        }.Run((float*)kernels.Torch.Pointer(dWeight_D));
        return [dx.MoveToOuterDisposeScope(), dWeight_D.MoveToOuterDisposeScope(), null!, null!];
    }

    private static Tensor Forward(CpuKernels kernels, Tensor x, Tensor weight_D, double epsilon, Tensor? inverse_T)
    {
        var y = empty_like(x);
        new ForwardTask(kernels, x, epsilon)
        {
            X = (float*)kernels.Torch.Pointer(x),
            Weight = (float*)kernels.Torch.Pointer(weight_D),
            Inverse = (float*)kernels.Torch.Pointer(inverse_T),
            Y = (float*)kernels.Torch.Pointer(y),
        }.Run();
        return y;
    }

    /// <summary>Rows in parts of equal size, so that no sum depends on the number of threads.</summary>
    private abstract class RowsTask(CpuKernels kernels, Tensor x) : WorkerTask
    {
        private const int PartRows = 64;

        public float* X { get; init; }

        public float* Weight { get; init; }

        public float* Inverse { get; init; }

        protected int Dim { get; } = (int)x.shape[^1];

        protected int Rows { get; } = (int)(x.numel() / x.shape[^1]);

        protected int Parts => (Rows + PartRows - 1) / PartRows;

        protected RmsNormKernel Kernel { get; } = RmsNormKernel.Create(kernels.Lanes);

        public void Run() => Run(kernels.Torch, Parts, Workers(16L * Rows * Dim));

        protected override void Run(int part, int worker) => Run(part, part * PartRows, Math.Min(PartRows, Rows - part * PartRows));

        protected abstract void Run(int part, int start, int rows);
    }

    private sealed class ForwardTask(CpuKernels kernels, Tensor x, double epsilon) : RowsTask(kernels, x)
    {
        public float* Y { get; init; }

        protected override void Run(int part, int start, int rows)
        {
            var at = (long)start * Dim;
            Kernel.Forward(X + at, Weight, (float)epsilon, rows, Dim, Y + at, Inverse is null ? null : Inverse + start);
        }
    }

    private sealed class BackwardTask(CpuKernels kernels, Tensor x) : RowsTask(kernels, x)
    {
        private float* _sums;

        public float* Upstream { get; init; }

        public float* DX { get; init; }

        /// <summary>Adds the gradient to the weight.</summary>
        public void Run(float* dWeight)
        {
            using var sums = new RentedBuffer(sizeof(float) * (long)Parts * Dim);
            _sums = (float*)sums.Pointer;
            Run();
            for (var part = 0; part < Parts; part++)
            {
                for (var i = 0; i < Dim; i++)
                {
                    dWeight[i] += _sums[(long)part * Dim + i];
                }
            }
        }

        protected override void Run(int part, int start, int rows)
        {
            var at = (long)start * Dim;
            var sums = _sums + (long)part * Dim;
            new Span<float>(sums, Dim).Clear();
            Kernel.Backward(X + at, Weight, Inverse + start, Upstream + at, rows, Dim, DX + at, sums);
        }
    }
}
