using System.ComponentModel;

namespace LibMoE;

/// <summary>
/// l = ⟨x, w_e⟩ / ((‖x‖+θ)·(‖w_e‖+θ)), s = softmax(l) (Nguyen et al. 2024).
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PerturbedCosineGateAttribute : TopKGateAttribute
{
    /// <summary>θ, above 0.</summary>
    [DefaultValue(0.1)]
    public double Noise { get; init; } = 0.1;
}
