namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>The activation of some rows, fused with their gate weights: a = w·act(h).
/// One instance per activation, width and element type.</summary>
internal abstract unsafe class ActivationKernel
{
    /// <summary>a[r, :] = w[r]·act(h[r, :]).</summary>
    /// <param name="h">[rows, H], or [rows, 2H] with the gate half first.</param>
    /// <param name="w">[rows] float32; null is 1.</param>
    /// <param name="a">[rows, H].</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="hidden">H.</param>
    public abstract void Forward(void* h, float* w, void* a, int rows, int hidden);

    /// <summary>Given the gradient d to act(h)·w per row before weighting, computes what backward needs in one pass
    /// over the rows.</summary>
    /// <param name="h">[rows, H] or [rows, 2H], as the forward had it.</param>
    /// <param name="w">[rows] float32; null is 1.</param>
    /// <param name="d">[rows, H]: the gradient to a. Replaced by a = w·act(h), made again for the gradient of the next matrix.</param>
    /// <param name="dh">As h, whose memory it may have: receives w·d·act′(h).</param>
    /// <param name="dw">[rows] float32: receives Σ d·act(h); null: not wanted.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="hidden">H.</param>
    public abstract void Backward(void* h, float* w, void* d, void* dh, float* dw, int rows, int hidden);
}
