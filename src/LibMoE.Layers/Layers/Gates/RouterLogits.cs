using LibMoE.Runtime.Kernels.Backbone;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// The logits of the built-in routers. Tokens are cast to the router's type first: a router below float32 picks unstably
/// (Fedus et al. 2022, section 2.4).
/// </summary>
public static class RouterLogits
{
    private const double CosineFloor = 1e-12;
    private const double XMoeNorm = 1.5;

    /// <summary>l = x·Wᵀ + b.</summary>
    /// <param name="x_TD">Tokens, [T, D].</param>
    /// <param name="weight_ED">One row per slot, [E, D].</param>
    /// <param name="bias_E">The bias b, [E]; null adds none.</param>
    /// <returns>l, [T, E].</returns>
    public static Tensor Linear(Tensor x_TD, Tensor weight_ED, Tensor? bias_E = null) =>
        LinearProduct.Run(x_TD.to(weight_ED.dtype), weight_ED, bias_E);

    /// <summary>c·tanh(l/c): logits between −c and c, which rank as they did (Grok-1 as vLLM serves it; Laguna).</summary>
    /// <param name="logits_TE">l, [T, E].</param>
    /// <param name="cap">c, above 0.</param>
    /// <returns>[T, E].</returns>
    public static Tensor Capped(Tensor logits_TE, double cap) => logits_TE.Over(cap).tanh().Times(cap);

    /// <summary>l = x·Wᵀ + b + l_previous·Rᵀ, without the last term in the first MoE layer (MoE++, Jin et al. 2024).</summary>
    /// <param name="x_TD">Tokens, [T, D].</param>
    /// <param name="weight_ED">One row per expert, [E, D].</param>
    /// <param name="residual_EE">R, [E, E].</param>
    /// <param name="previous">The logits of the MoE layer before, [.., E]; null in the first one.</param>
    /// <param name="bias_E">The bias b, [E]; null adds none.</param>
    /// <returns>l, [T, E].</returns>
    /// <exception cref="ArgumentException">The previous logits do not have one column per slot.</exception>
    public static Tensor Residual(Tensor x_TD, Tensor weight_ED, Tensor residual_EE, Tensor? previous, Tensor? bias_E = null)
    {
        var logits_TE = Linear(x_TD, weight_ED, bias_E);
        if (previous is null)
        {
            return logits_TE;
        }

        var slots = weight_ED.shape[0];
        if (previous.shape[^1] != slots || previous.numel() != logits_TE.numel())
        {
            throw new ArgumentException(
                $"MoeContext.PreviousLogits must be [{logits_TE.shape[0]}, {slots}] as this layer's logits; "
                    + $"it is [{string.Join(", ", previous.shape)}].",
                nameof(previous));
        }

        return logits_TE.Plus(previous.reshape(-1, slots).to(logits_TE.dtype).matmul(residual_EE.t()));
    }

    /// <summary>l = cos(x, w_e)/τ + b, norms clamped at 1e-12.</summary>
    /// <param name="x_TD">Tokens, [T, D].</param>
    /// <param name="weight_ED">One row per expert, [E, D].</param>
    /// <param name="temperature">τ.</param>
    /// <param name="bias_E">The bias b, [E]; null adds none.</param>
    /// <returns>l, [T, E].</returns>
    public static Tensor Cosine(Tensor x_TD, Tensor weight_ED, double temperature, Tensor? bias_E = null) =>
        Add(Directions(x_TD.to(weight_ED.dtype)).matmul(Directions(weight_ED).t()).Over(temperature), bias_E);

    /// <summary>l = cos(x, w_e)/τ + b with a learned τ.</summary>
    /// <param name="x_TD">Tokens, [T, D].</param>
    /// <param name="weight_ED">One row per expert, [E, D].</param>
    /// <param name="temperature">τ, learned, [1].</param>
    /// <param name="bias_E">The bias b, [E]; null adds none.</param>
    /// <returns>l, [T, E].</returns>
    public static Tensor Cosine(Tensor x_TD, Tensor weight_ED, Tensor temperature, Tensor? bias_E = null) =>
        Add(Directions(x_TD.to(weight_ED.dtype)).matmul(Directions(weight_ED).t()) / temperature, bias_E);

    /// <summary>l = ⟨x, w_e⟩ / ((‖x‖+θ)·(‖w_e‖+θ)) + b (Nguyen et al. 2024).</summary>
    /// <param name="x_TD">Tokens, [T, D].</param>
    /// <param name="weight_ED">One row per expert, [E, D].</param>
    /// <param name="noise">θ.</param>
    /// <param name="bias_E">The bias b, [E]; null adds none.</param>
    /// <returns>l, [T, E].</returns>
    public static Tensor PerturbedCosine(Tensor x_TD, Tensor weight_ED, double noise, Tensor? bias_E = null)
    {
        var x = x_TD.to(weight_ED.dtype);
        var norms_T1 = Lengths(x).Plus(noise);
        var norms_1E = Lengths(weight_ED).Plus(noise).t();
        return Add(x.matmul(weight_ED.t()) / norms_T1 / norms_1E, bias_E);
    }

    /// <summary>z = P·x; l = ⟨z/‖z‖, 1.5·v_e/‖v_e‖⟩/τ + b (Chi et al. 2022).</summary>
    /// <param name="x_TD">Tokens, [T, D].</param>
    /// <param name="projection_RD">P, [R, D].</param>
    /// <param name="weight_ER">The experts' vectors v_e, [E, R].</param>
    /// <param name="temperature">τ.</param>
    /// <param name="bias_E">The bias b, [E]; null adds none.</param>
    /// <returns>l, [T, E].</returns>
    public static Tensor XMoe(Tensor x_TD, Tensor projection_RD, Tensor weight_ER, double temperature, Tensor? bias_E = null)
    {
        var z_TR = x_TD.to(weight_ER.dtype).matmul(projection_RD.t());
        return Add(Directions(z_TR).matmul(Directions(weight_ER).t()).Times(XMoeNorm / temperature), bias_E);
    }

    /// <summary>l = x·Wᵀ + b with [W | b] = A₂·relu(A₁·e + b₁) + b₂ reshaped to [E, D+1] (HyperRouter, Do et al. 2023).</summary>
    /// <param name="x_TD">Tokens, [T, D].</param>
    /// <param name="embedding_M">e, learned, [M].</param>
    /// <param name="in_BM">A₁, frozen, [B, M]; B = M/4 hidden units.</param>
    /// <param name="inBias_B">b₁, frozen, [B].</param>
    /// <param name="out_GB">A₂, frozen, [G, B]; G = E·(D + 1).</param>
    /// <param name="outBias_G">b₂, frozen, [G].</param>
    /// <returns>[T, E].</returns>
    public static Tensor Hyper(Tensor x_TD, Tensor embedding_M, Tensor in_BM, Tensor inBias_B, Tensor out_GB, Tensor outBias_G)
    {
        var width = x_TD.shape[1];
        var hidden_B = nn.functional.relu(in_BM.matmul(embedding_M).Plus(inBias_B));
        var rows = out_GB.matmul(hidden_B).Plus(outBias_G).reshape(-1, width + 1);
        return Linear(x_TD, rows.narrow(1, 0, width), rows.select(1, width));
    }

    private static Tensor Add(Tensor logits_TE, Tensor? bias_E) => bias_E is null ? logits_TE : logits_TE.Plus(bias_E);

    private static Tensor Lengths(Tensor rows) => rows.norm(-1, keepdim: true);

    private static Tensor Directions(Tensor rows) => nn.functional.normalize(rows, 2, -1, CosineFloor);
}
