using System.Runtime.CompilerServices;

namespace LibMoE.Runtime.Kernels.Lanes;

/// <summary>
/// exp, the logistic function, tanh and erf for <see cref="ILanes{TSelf}"/>, within about one unit in the last place of float32. The
/// polynomials are Chebyshev fits; their coefficients stand from the highest power down.
/// </summary>
internal static class LaneMath
{
    /// <summary>eˣ; x is clamped to the range whose result is a normal number. A NaN stays one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Exp<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        // x = n·ln 2 + r with |r| ≤ ln 2 / 2, and ln 2 in two parts so that n·ln 2 is exact.
        // The clamp's bounds come first: the processor's minimum and maximum return their second argument where one is NaN.
        x = TLanes.Max(TLanes.Broadcast(-87f), TLanes.Min(TLanes.Broadcast(88f), x));
        var n = TLanes.Round(x * TLanes.Broadcast(1.44269504f));
        var r = TLanes.MultiplyAdd(n, TLanes.Broadcast(-0.693359375f), x);
        r = TLanes.MultiplyAdd(n, TLanes.Broadcast(2.12194440e-4f), r);
        // eʳ = 1 + r + r²·q(r); q fitted on [−ln 2 / 2, ln 2 / 2], error 8e-9.
        var q = TLanes.Broadcast(0.00139261761f);
        q = TLanes.MultiplyAdd(q, r, TLanes.Broadcast(0.00836317307f));
        q = TLanes.MultiplyAdd(q, r, TLanes.Broadcast(0.0416665547f));
        q = TLanes.MultiplyAdd(q, r, TLanes.Broadcast(0.16666577f));
        q = TLanes.MultiplyAdd(q, r, TLanes.Broadcast(0.5f));
        var fraction = TLanes.MultiplyAdd(q, r * r, r) + TLanes.Broadcast(1f);
        return fraction * TLanes.PowerOfTwo(n);
    }

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Sigmoid<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        var one = TLanes.Broadcast(1f);
        return one / (one + Exp(TLanes.Broadcast(0f) - x));
    }

    /// <summary>tanh x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Tanh<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        var zero = TLanes.Broadcast(0f);
        var one = TLanes.Broadcast(1f);
        // |x| ≤ 0.625: tanh x = x + x·s·p(s), s = x², error 1e-8.
        var s = x * x;
        var p = TLanes.Broadcast(-0.00609671418f);
        p = TLanes.MultiplyAdd(p, s, TLanes.Broadcast(0.0209971797f));
        p = TLanes.MultiplyAdd(p, s, TLanes.Broadcast(-0.0538509078f));
        p = TLanes.MultiplyAdd(p, s, TLanes.Broadcast(0.133327693f));
        p = TLanes.MultiplyAdd(p, s, TLanes.Broadcast(-0.333333284f));
        var inner = TLanes.MultiplyAdd(x * s, p, x);
        // |x| > 0.625: tanh |x| = 1 − 2 / (e^(2·|x|) + 1).
        var t = TLanes.Abs(x);
        var outer = one - TLanes.Broadcast(2f) / (Exp(t + t) + one);
        outer = TLanes.SelectGreater(x, zero, outer, zero - outer);
        return TLanes.SelectGreater(t, TLanes.Broadcast(0.625f), outer, inner);
    }

    /// <summary>erf x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Erf<TLanes>(TLanes x)
        where TLanes : struct, ILanes<TLanes>
    {
        var zero = TLanes.Broadcast(0f);
        var one = TLanes.Broadcast(1f);
        // |x| ≤ 1: erf x = x·p(x²), error 1e-9.
        var s = x * x;
        var p = TLanes.Broadcast(7.87587506e-05f);
        p = TLanes.MultiplyAdd(p, s, TLanes.Broadcast(-8.01686429e-04f));
        p = TLanes.MultiplyAdd(p, s, TLanes.Broadcast(0.00518908742f));
        p = TLanes.MultiplyAdd(p, s, TLanes.Broadcast(-0.026854212f));
        p = TLanes.MultiplyAdd(p, s, TLanes.Broadcast(0.112835947f));
        p = TLanes.MultiplyAdd(p, s, TLanes.Broadcast(-0.376126267f));
        p = TLanes.MultiplyAdd(p, s, TLanes.Broadcast(1.12837917f));
        // |x| > 1: erf |x| = 1 − exp(q(|x|)), q = log erfc fitted on [1, 4], error 2e-8; float32 has erf 4 = 1.
        var t = TLanes.Min(TLanes.Broadcast(4f), TLanes.Abs(x));
        var q = TLanes.Broadcast(1.63715139e-06f);
        q = TLanes.MultiplyAdd(q, t, TLanes.Broadcast(-4.60580427e-05f));
        q = TLanes.MultiplyAdd(q, t, TLanes.Broadcast(5.96805626e-04f));
        q = TLanes.MultiplyAdd(q, t, TLanes.Broadcast(-0.0047595963f));
        q = TLanes.MultiplyAdd(q, t, TLanes.Broadcast(0.026421136f));
        q = TLanes.MultiplyAdd(q, t, TLanes.Broadcast(-0.110080083f));
        q = TLanes.MultiplyAdd(q, t, TLanes.Broadcast(-0.631826052f));
        q = TLanes.MultiplyAdd(q, t, TLanes.Broadcast(-1.13023343f));
        q = TLanes.MultiplyAdd(q, t, TLanes.Broadcast(3.20138050e-04f));
        var outer = one - Exp(q);
        outer = TLanes.SelectGreater(x, zero, outer, zero - outer);
        return TLanes.SelectGreater(t, one, outer, x * p);
    }
}
