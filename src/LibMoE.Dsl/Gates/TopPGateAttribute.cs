using System.ComponentModel;

namespace LibMoE;

/// <summary>
/// s = softmax(x·Wᵀ); I = the fewest experts of largest s whose scores sum to at least p; w_i = s_i (dynamic routing, Huang et al. 2024). A
/// token has as many experts as it takes, ceil(p·E) at most, which is what costs are counted with.
/// </summary>
/// <param name="p">The sum of scores to reach, above 0 and at most 1; 0.4 in the paper.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TopPGateAttribute(double p) : RouterGateAttribute
{
    /// <summary>The sum of scores to reach.</summary>
    public double P { get; } = p;

    /// <summary>Divides the weights by their sum over the picks.</summary>
    [DefaultValue(false)]
    public bool Normalize { get; init; }

    /// <summary>The layer adds Entropy·mean_t −Σ_e s·ln s to its losses, so that tokens do not come to need all experts; 1e-4 in the
    /// paper.</summary>
    [DefaultValue(0.0)]
    public double Entropy { get; init; }
}
