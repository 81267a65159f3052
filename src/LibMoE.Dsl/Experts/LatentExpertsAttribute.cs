using System.ComponentModel;

namespace LibMoE;

/// <summary>
/// Lets the routed experts work in a space of <paramref name="width"/> dims: z = x·A, y = (Σ_{i∈I} w_i·f_i(z))·B, with one pair of
/// projections for all experts of the layer, <c>latent.down</c> [D, r] and <c>latent.up</c> [r, D]. The gate and shared experts read x, and
/// the outputs carry their combine weights before B (latent MoE: Nemotron-3, NVIDIA 2025; Kimi K3, Moonshot AI 2026).
/// </summary>
/// <param name="width">r, the width of the latent space, at least 1.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class LatentExpertsAttribute(int width) : Attribute
{
    /// <summary>r, the width of the latent space.</summary>
    public int Width { get; } = width;

    /// <summary>Normalises the weighted sum in the latent space before B, by RMSNorm with a learned weight <c>latent.norm</c> [r] (Kimi
    /// K3). Its ε is 1e-6, this library's; Kimi K3 has that of the model's configuration.</summary>
    [DefaultValue(false)]
    public bool Norm { get; init; }
}
