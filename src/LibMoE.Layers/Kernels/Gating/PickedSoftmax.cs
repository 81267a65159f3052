using LibMoE.Runtime.Kernels.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Gating;

/// <summary>w_i = c·exp(l_i) / Σ_{j∈I} exp(l_j) over the picks I of each token, in host memory and as one autograd function: libtorch has
/// eight for it, of a few numbers each.</summary>
/// <remarks>With p = w/c and the gradient g to w: dl_i = c·p_i·(g_i − Σ_j p_j·g_j).</remarks>
internal sealed class PickedSoftmax : ReleasingFunction<PickedSoftmax>
{
    private const string Scale = "scale";
    private const string Slots = "slots";

    /// <inheritdoc/>
    public override string Name => nameof(PickedSoftmax);

    public static bool Serves(Tensor logits_TE, Tensor experts_TK) =>
        logits_TE.device_type == DeviceType.CPU && logits_TE.dtype == ScalarType.Float32
        && experts_TK.device_type == DeviceType.CPU && experts_TK.dtype == ScalarType.Int64;

    /// <summary>The weights of picks; recorded for backward only where the logits want a gradient.</summary>
    /// <param name="logits_TE">l, float32 [T, E].</param>
    /// <param name="experts_TK">I, int64 [T, K]; −1 where empty, with weight 0.</param>
    /// <param name="scale">c.</param>
    /// <returns>[T, K].</returns>
    public static Tensor Compute(Tensor logits_TE, Tensor experts_TK, double scale)
    {
        using var scope = NewDisposeScope();
        var (dense_TE, picks_TK) = (logits_TE.contiguous(), experts_TK.contiguous());
        var weights_TK = is_grad_enabled() && dense_TE.requires_grad
            ? apply(dense_TE, picks_TK, scale)
            : Forward(dense_TE, picks_TK, scale, shares_TK: null);
        return weights_TK.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override Tensor Output(autograd.AutogradContext ctx, object[] vars)
    {
        var (logits_TE, experts_TK, scale) = ((Tensor)vars[0], (Tensor)vars[1], (double)vars[2]);
        var shares_TK = empty(experts_TK.shape, ScalarType.Float32);
        ctx.save_data(Scale, scale);
        ctx.save_data(Slots, logits_TE.shape[1]);
        ctx.save_for_backward([experts_TK, shares_TK]);
        return Forward(logits_TE, experts_TK, scale, shares_TK);
    }

    /// <inheritdoc/>
    protected override List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor upstream)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (experts_TK, shares_TK, upstream_TK) = (saved[0], saved[1], upstream.contiguous());
        var (picks, slots, scale) = ((int)experts_TK.shape[1], (int)(long)ctx.get_data(Slots), (float)(double)ctx.get_data(Scale));
        var dLogits_TE = zeros([experts_TK.shape[0], slots], ScalarType.Float32);
        var experts = HostMemory.Numbers<long>(experts_TK);
        var shares = HostMemory.Numbers<float>(shares_TK);
        var g = HostMemory.Numbers<float>(upstream_TK);
        var dLogits = HostMemory.Numbers<float>(dLogits_TE);
        for (var (from, row) = (0, 0); from < experts.Length; from += picks, row += slots)
        {
            var mean = 0f;
            for (var pick = from; pick < from + picks; pick++)
            {
                mean += experts[pick] < 0 ? 0 : shares[pick] * g[pick];
            }

            for (var pick = from; pick < from + picks; pick++)
            {
                if (experts[pick] >= 0)
                {
                    dLogits[row + (int)experts[pick]] += scale * shares[pick] * (g[pick] - mean);
                }
            }
        }

        return [dLogits_TE.MoveToOuterDisposeScope(), null!, null!];
    }

    /// <summary>p goes to shares where that is not null.</summary>
    private static Tensor Forward(Tensor logits_TE, Tensor experts_TK, double scale, Tensor? shares_TK)
    {
        var weights_TK = empty(experts_TK.shape, ScalarType.Float32);
        var (picks, slots) = ((int)experts_TK.shape[1], (int)logits_TE.shape[1]);
        var experts = HostMemory.Numbers<long>(experts_TK);
        var logits = HostMemory.Numbers<float>(logits_TE);
        var weights = HostMemory.Numbers<float>(weights_TK);
        for (var (from, row) = (0, 0); from < experts.Length; from += picks, row += slots)
        {
            Shares(logits.Slice(row, slots), experts.Slice(from, picks), weights.Slice(from, picks));
        }

        if (shares_TK is not null)
        {
            weights.CopyTo(HostMemory.Numbers<float>(shares_TK));
        }

        for (var i = 0; scale != 1 && i < weights.Length; i++)
        {
            weights[i] *= (float)scale;
        }

        return weights_TK;
    }

    /// <summary>The shares of one token's picks. The largest logit is subtracted from all, so that none overflows.</summary>
    private static void Shares(ReadOnlySpan<float> logits, ReadOnlySpan<long> experts, Span<float> shares)
    {
        var largest = float.NegativeInfinity;
        foreach (var expert in experts)
        {
            largest = expert < 0 ? largest : MathF.Max(largest, logits[(int)expert]);
        }

        var sum = 0f;
        for (var k = 0; k < experts.Length; k++)
        {
            shares[k] = experts[k] < 0 ? 0 : MathF.Exp(logits[(int)experts[k]] - largest);
            sum += shares[k];
        }

        for (var k = 0; k < experts.Length; k++)
        {
            shares[k] = experts[k] < 0 ? 0 : shares[k] / sum;
        }
    }
}
