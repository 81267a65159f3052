using LibMoE.Runtime.Layers.Gates;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>A balancing term of your own. Name it in an attribute that derives from <see cref="BalanceAttribute{TTerm}"/>.</summary>
/// <typeparam name="TOptions">The term's attribute.</typeparam>
public interface IBalanceTerm<TOptions>
    where TOptions : BalanceAttribute
{
    /// <summary>The term as a scalar tensor, without the coefficient. It must not depend on tokens that are masked.</summary>
    /// <param name="inputs">What the call's routing was.</param>
    /// <param name="options">The declaration's attribute.</param>
    /// <returns>A scalar [].</returns>
    static abstract Tensor Loss(BalanceInputs inputs, TOptions options);
}

/// <summary>
/// What a balancing term may read. T = tokens of the call, E = routable slots (2E+K in logits and scores of a ternary gate), K = picks of
/// a token. Rows of masked tokens are in the tensors, with picks −1; <see cref="MeanOverTokens"/> leaves them out.
/// </summary>
/// <param name="Scores_TE">Scores, with gradients, [T, E].</param>
/// <param name="Experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
/// <param name="Weights_TK">Combine weights, with gradients, [T, K].</param>
/// <param name="Counts_E">Picks per expert, int64 [E].</param>
/// <param name="Tokens">The call's tokens: mask and sequences.</param>
public sealed record BalanceInputs(Tensor Scores_TE, Tensor Experts_TK, Tensor Weights_TK, Tensor Counts_E, TokenView Tokens)
{
    /// <summary>Logits [T, E], with gradients.</summary>
    public required Tensor Logits { get; init; }

    /// <summary>The processes whose calls together are the batch; in evaluation, and by default, this one alone. A term that is not a mean
    /// over tokens sums what it is made of over them: <see cref="Ranks.SumWithGradient"/>.</summary>
    public Ranks Ranks { get; init; } = Ranks.One;

    /// <summary>The mean of [T] or [T, N] over the tokens that are routed.</summary>
    /// <param name="values">Numbers of each token, [T] or [T, N].</param>
    /// <returns>[] or [N].</returns>
    public Tensor MeanOverTokens(Tensor values) =>
        values.dim() == 1 ? MaskedMeans.OverTokens(values, Tokens.mask_T) : MaskedMeans.OverRows(values, Tokens.mask_T);
}
