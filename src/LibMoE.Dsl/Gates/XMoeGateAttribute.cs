using System.ComponentModel;

namespace LibMoE;

/// <summary>
/// z = P·x; l = ⟨z/‖z‖, 1.5·v_e/‖v_e‖⟩/τ, rescaled inside the forward pass with the gradient through it; s = softmax(l), one
/// softmax (Chi et al. 2022).
/// </summary>
/// <param name="projection">r, the width of the low-rank space, at least 1.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class XMoeGateAttribute(int projection) : TopKGateAttribute
{
    /// <summary>r, the width of the low-rank space.</summary>
    public int Projection { get; } = projection;

    /// <summary>τ, above 0.</summary>
    [DefaultValue(0.3)]
    public double Temperature { get; init; } = 0.3;
}
