using System.Numerics;
using LibMoE.Runtime.Kernels.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Gating;

/// <summary>Σ_t Σ_e a_e·s_te, a balancing term that is linear in the shares s, in host memory and as one autograd function: its gradient
/// to each token's shares is a.</summary>
internal sealed class LinearTerm : ReleasingFunction<LinearTerm>
{
    private const string Slopes = "slopes";
    private const string Tokens = "tokens";

    /// <inheritdoc/>
    public override string Name => nameof(LinearTerm);

    public static bool Serves(Tensor shares_TE) => shares_TE.device_type == DeviceType.CPU && shares_TE.dtype == ScalarType.Float32;

    /// <summary>The term; recorded for backward only where the shares want a gradient.</summary>
    /// <param name="shares_TE">s, float32 [T, E].</param>
    /// <param name="slopes_E">a, [E].</param>
    /// <returns>A scalar [].</returns>
    public static Tensor Compute(Tensor shares_TE, float[] slopes_E)
    {
        using var scope = NewDisposeScope();
        var dense_TE = shares_TE.contiguous();
        var term = is_grad_enabled() && dense_TE.requires_grad ? apply(dense_TE, slopes_E) : Forward(dense_TE, slopes_E);
        return term.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override Tensor Output(autograd.AutogradContext ctx, object[] vars)
    {
        var (shares_TE, slopes_E) = ((Tensor)vars[0], (float[])vars[1]);
        ctx.save_data(Slopes, slopes_E);
        ctx.save_data(Tokens, shares_TE.shape[0]);
        return Forward(shares_TE, slopes_E);
    }

    /// <inheritdoc/>
    protected override List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor upstream)
    {
        using var scope = NewDisposeScope();
        var slopes_E = (float[])ctx.get_data(Slopes);
        var g = upstream.item<float>();
        var gradient_E = slopes_E.Select(slope => g * slope).ToArray().AsSpan();
        var dShares_TE = empty([(long)ctx.get_data(Tokens), slopes_E.Length], ScalarType.Float32);
        for (var rows = HostMemory.Numbers<float>(dShares_TE); rows.Length > 0; rows = rows[gradient_E.Length..])
        {
            gradient_E.CopyTo(rows);
        }

        return [dShares_TE.MoveToOuterDisposeScope(), null!];
    }

    /// <summary>Each token's sum is float32, the sum over tokens float64, always in the same order.</summary>
    private static Tensor Forward(Tensor shares_TE, float[] slopes_E)
    {
        var sum = 0d;
        for (ReadOnlySpan<float> rows = HostMemory.Numbers<float>(shares_TE); rows.Length > 0; rows = rows[slopes_E.Length..])
        {
            sum += Product(rows[..slopes_E.Length], slopes_E);
        }

        var term = empty(Array.Empty<long>(), ScalarType.Float32);
        HostMemory.Numbers<float>(term)[0] = (float)sum;
        return term;
    }

    private static float Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sums = Vector<float>.Zero;
        var i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sums += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        }

        var sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
