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

    public int Experts => (int)Up_FDW.shape[0];

    public int Dim => (int)Up_FDW.shape[1];

    public int Width => (int)Up_FDW.shape[2];

    public int Hidden => (int)Down_FHO.shape[1];

    public int Output => (int)Down_FHO.shape[2];

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
        var fits = Up_FDW.dim() == 3 && Down_FHO.dim() == 3
            && Down_FHO.shape[0] == Experts && Width == (gated ? 2 : 1) * Hidden;
        if (!fits)
        {
            throw new ArgumentException(
                $"{Activation} experts need matrices [F, D, {(gated ? "2H" : "H")}] and [F, H, O]; these are "
                + $"[{string.Join(", ", Up_FDW.shape)}] and [{string.Join(", ", Down_FHO.shape)}].");
        }
    }
}
