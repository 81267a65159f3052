using System.ComponentModel;

namespace LibMoE;

/// <summary>
/// l = cos(x, w_e)/τ, norms clamped at 1e-12; s = softmax(l) (Chi et al. 2022; Nguyen et al. 2024).
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CosineGateAttribute : TopKGateAttribute
{
    /// <summary>τ, above 0.</summary>
    [DefaultValue(1.0)]
    public double Temperature { get; init; } = 1;

    /// <summary>Makes τ a parameter that starts at <see cref="Temperature"/>.</summary>
    [DefaultValue(false)]
    public bool LearnTemperature { get; init; }
}
