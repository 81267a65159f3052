using LibMoE.Runtime.Kernels.Experts;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Dispatching;

/// <summary>The parameters of F experts of one kind. Biases of the second matrices are added outside the kernels (<see cref="OutputBias"/>).</summary>
/// <param name="Activation">What stands between the matrices.</param>
/// <param name="Up_FDW">[F, D, W], W = H or 2H with the gate half first.</param>
/// <param name="Down_FHD">[F, H, D].</param>
/// <param name="UpBias_FW">[F, W], or null.</param>
internal sealed record ExpertGroup(Activation Activation, Tensor Up_FDW, Tensor Down_FHD, Tensor? UpBias_FW)
{
    /// <summary>How SwiGLU experts depart from the plain form; null: not.</summary>
    public SwiGluOptions? Glu { get; init; }

    public int Experts => (int)Up_FDW.shape[0];

    public int Dim => (int)Up_FDW.shape[1];

    public int Width => (int)Up_FDW.shape[2];

    public int Hidden => (int)Down_FHD.shape[1];

    /// <summary>The same experts with parameters of another type.</summary>
    public ExpertGroup To(ScalarType type) => this with
    {
        Up_FDW = Up_FDW.to(type),
        Down_FHD = Down_FHD.to(type),
        UpBias_FW = UpBias_FW?.to(type),
    };

    /// <summary>Refuses parameters whose shapes do not belong together.</summary>
    public void Check()
    {
        var gated = Activation.IsGated();
        var fits = Up_FDW.dim() == 3 && Down_FHD.dim() == 3
            && Down_FHD.shape[0] == Experts && Down_FHD.shape[2] == Dim && Width == (gated ? 2 : 1) * Hidden;
        if (!fits)
        {
            throw new ArgumentException(
                $"{Activation} experts need matrices [F, D, {(gated ? "2H" : "H")}] and [F, H, D]; these are "
                + $"[{string.Join(", ", Up_FDW.shape)}] and [{string.Join(", ", Down_FHD.shape)}].");
        }
    }
}
