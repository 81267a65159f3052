using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>What shakes a router in training. Each function gives its input back in evaluation.</summary>
public static class RouterNoise
{
    /// <summary>x·U(1−ε, 1+ε), elementwise (Fedus et al. 2022).</summary>
    /// <param name="x_TD">Tokens, [T, D].</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="training">Whether the layer trains; otherwise nothing changes.</param>
    /// <returns>[T, D].</returns>
    public static Tensor Jitter(Tensor x_TD, double epsilon, bool training) =>
        training ? x_TD * rand_like(x_TD).Times(2 * epsilon).Plus(1 - epsilon) : x_TD;

    /// <summary>Removes each (token, expert) from the picking with probability p.</summary>
    /// <param name="selection_TE">What picks are made by, [T, E]; −∞ removes an expert.</param>
    /// <param name="probability">p, from 0 to below 1.</param>
    /// <param name="training">Whether the layer trains; otherwise nothing changes.</param>
    /// <returns>[T, E].</returns>
    public static Tensor DropExperts(Tensor selection_TE, double probability, bool training) =>
        training ? selection_TE.masked_fill(rand_like(selection_TE).IsBelow(probability), Scalars.NegativeInfinity) : selection_TE;

    /// <summary>σ = softplus(x·W_noiseᵀ) = log(1 + e^(x·W_noiseᵀ)) (Shazeer et al. 2017).</summary>
    /// <param name="raw_TE">x·W_noiseᵀ, [T, E].</param>
    /// <returns>σ, [T, E].</returns>
    public static Tensor Deviation(Tensor raw_TE) => raw_TE.Softplus();

    /// <summary>l + N(0,1)·σ (Shazeer et al. 2017).</summary>
    /// <param name="clean_TE">The logits without noise, [T, E].</param>
    /// <param name="std_TE">σ = softplus(x·W_noiseᵀ), [T, E].</param>
    /// <param name="training">Whether to add anything.</param>
    /// <returns>[T, E].</returns>
    public static Tensor Gaussian(Tensor clean_TE, Tensor std_TE, bool training) =>
        training ? clean_TE.Plus(randn_like(clean_TE) * std_TE) : clean_TE;
}
