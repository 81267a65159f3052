using LibMoE.Runtime.Kernels.Cpu;
using LibMoE.Runtime.Kernels.Lanes;
using LibMoE.Runtime.Kernels.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Backbone;

/// <summary>
/// Turns pairs of channels, read as complex numbers, by angles that depend on the token: rotary positions on the CPU in one pass over
/// memory, where libtorch operations make ten. Its gradient is the turn by the negative angles.
/// </summary>
internal sealed unsafe class Rotation : ReleasingFunction<Rotation>
{
    private const string Turn = "turn";

    /// <inheritdoc/>
    public override string Name => nameof(Rotation);

    /// <summary>Whether there is a kernel for such a tensor.</summary>
    public static bool Takes(Tensor x) =>
        CpuKernels.Detected is not null && x.device_type == DeviceType.CPU && x.dtype == ScalarType.Float32 && x.numel() > 0;

    /// <summary>Turns the heads of every token.</summary>
    /// <param name="x_SLAC">float32: sequences, tokens, heads, channels.</param>
    /// <param name="cos_LJ">The cosines of each token's angles, one per pair of channels; 2J channels are turned, the rest stay.</param>
    /// <param name="sin_LJ">Their sines.</param>
    /// <param name="halves">Whether the pair j is the channels (j, j + J); else (2j, 2j + 1).</param>
    public static Tensor Run(Tensor x_SLAC, Tensor cos_LJ, Tensor sin_LJ, bool halves)
    {
        var x = x_SLAC.contiguous();
        var turn = new TurnOf((int)x.shape[1], (int)x.shape[2], (int)x.shape[3], (int)cos_LJ.shape[1], halves);
        var (cos, sin) = (cos_LJ.contiguous(), sin_LJ.contiguous());
        return is_grad_enabled() && x.requires_grad ? apply(x, cos, sin, turn) : Apply(turn, x, cos, sin, 1);
    }

    /// <inheritdoc/>
    protected override Tensor Output(autograd.AutogradContext ctx, object[] vars)
    {
        var (x, cos, sin, turn) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (TurnOf)vars[3]);
        ctx.save_data(Turn, turn);
        ctx.save_for_backward([cos, sin]);
        return Apply(turn, x, cos, sin, 1);
    }

    /// <inheritdoc/>
    protected override List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor upstream)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var dx = Apply((TurnOf)ctx.get_data(Turn), upstream.contiguous(), saved[0], saved[1], -1);
        return [dx.MoveToOuterDisposeScope(), null!, null!, null!];
    }

    private static Tensor Apply(TurnOf turn, Tensor x, Tensor cos, Tensor sin, float sign)
    {
        var torch = CpuKernels.Detected!.Torch;
        var y = empty_like(x);
        new TurnTask(turn, sign)
        {
            X = (float*)torch.Pointer(x),
            Cos = (float*)torch.Pointer(cos),
            Sin = (float*)torch.Pointer(sin),
            Y = (float*)torch.Pointer(y),
        }.Run(torch, (int)(x.shape[0] * x.shape[1]));
        return y;
    }

    /// <summary>The sizes of a turn.</summary>
    private sealed record TurnOf(int Tokens, int Heads, int Channels, int Pairs, bool Halves);

    private sealed class TurnTask(TurnOf turn, float sign) : WorkerTask
    {
        private const int PartRows = 64;

        private int _rows;

        public float* X { get; init; }

        public float* Cos { get; init; }

        public float* Sin { get; init; }

        public float* Y { get; init; }

        public void Run(TorchLibrary torch, int rows)
        {
            _rows = rows;
            Run(torch, (rows + PartRows - 1) / PartRows, Workers(16L * rows * turn.Heads * turn.Channels));
        }

        protected override void Run(int part, int worker)
        {
            for (var row = part * PartRows; row < Math.Min(_rows, (part + 1) * PartRows); row++)
            {
                var angle = (long)(row % turn.Tokens) * turn.Pairs;
                for (var head = 0; head < turn.Heads; head++)
                {
                    var at = ((long)row * turn.Heads + head) * turn.Channels;
                    Rotate(X + at, Cos + angle, Sin + angle, Y + at);
                }
            }
        }

        private void Rotate(float* x, float* cos, float* sin, float* y)
        {
            var pairs = turn.Pairs;
            var j = 0;
            if (turn.Halves)
            {
                var wide = Lanes256.Broadcast(sign);
                for (; System.Runtime.Intrinsics.Vector256.IsHardwareAccelerated && j <= pairs - Lanes256.Count; j += Lanes256.Count)
                {
                    var (real, imaginary) = (Lanes256.Load(x + j), Lanes256.Load(x + pairs + j));
                    var (c, s) = (Lanes256.Load(cos + j), Lanes256.Load(sin + j) * wide);
                    Lanes256.Store(real * c - imaginary * s, y + j);
                    Lanes256.Store(real * s + imaginary * c, y + pairs + j);
                }
            }

            var (next, other) = turn.Halves ? (1, pairs) : (2, 1);
            for (; j < pairs; j++)
            {
                var (real, imaginary, s) = (x[j * next], x[j * next + other], sin[j] * sign);
                y[j * next] = real * cos[j] - imaginary * s;
                y[j * next + other] = real * s + imaginary * cos[j];
            }

            var rest = turn.Channels - 2 * pairs;
            new Span<float>(x + 2 * pairs, rest).CopyTo(new Span<float>(y + 2 * pairs, rest));
        }
    }
}
