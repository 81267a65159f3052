using LibMoE.Runtime.Kernels.Experts;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Dispatching;

/// <summary>The parameters of F experts of one kind. Biases of the second matrices are added outside the kernels
/// (<see cref="OutputBias"/>).</summary>
/// <param name="Activation">What stands between the matrices.</param>
/// <param name="Up_FDW">[F, D, W], W = H or 2H with the gate half first.</param>
/// <param name="Down_FHO">[F, H, O]; O, the width of the outputs, is D in all layers but those between two models of different
/// widths.</param>
/// <param name="UpBias_FW">[F, W], or null.</param>
internal sealed record ExpertGroup(Activation Activation, Tensor Up_FDW, Tensor Down_FHO, Tensor? UpBias_FW)
{
    /// <summary>How SwiGLU experts depart from the plain form; null: not.</summary>
    public SwiGluOptions? Glu { get; init; }

    // Asking libtorch for a shape costs as much as a small operation, and a copy in another type has the same one.
    private readonly long[] _up = Up_FDW.shape;
    private readonly long[] _down = Down_FHO.shape;

    public int Experts => (int)_up[0];

    public int Dim => (int)_up[1];

    public int Width => (int)_up[2];

    public int Hidden => (int)_down[1];

    public int Output => (int)_down[2];

    /// <summary>The same experts with parameters of another type.</summary>
    public ExpertGroup To(ScalarType type) => this with
    {
        Up_FDW = Up_FDW.to(type),
        Down_FHO = Down_FHO.to(type),
        UpBias_FW = UpBias_FW?.to(type),
    };

    /// <summary>Refuses parameters whose shapes do not belong together.</summary>
    public void Check()
    {
        var gated = Activation.IsGated();
        var fits = _up.Length == 3 && _down.Length == 3 && _down[0] == Experts && Width == (gated ? 2 : 1) * Hidden;
        if (!fits)
        {
            throw new ArgumentException(
                $"{Activation} experts need matrices [F, D, {(gated ? "2H" : "H")}] and [F, H, O]; these are "
                + $"[{string.Join(", ", _up)}] and [{string.Join(", ", _down)}].");
        }
    }
}
