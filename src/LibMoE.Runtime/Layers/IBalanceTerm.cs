using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>A balancing term of your own. Name it in an attribute that derives from <see cref="BalanceAttribute{TTerm}"/>.</summary>
/// <typeparam name="TOptions">The term's attribute.</typeparam>
public interface IBalanceTerm<TOptions>
    where TOptions : BalanceAttribute
{
    /// <summary>The term as a scalar tensor, without the coefficient.</summary>
    static abstract Tensor Loss(BalanceInputs inputs, TOptions options);
}

/// <summary>What a balancing term may read. T = tokens of the call, E = routable slots, K = picks of a token.</summary>
/// <param name="Scores_TE">Scores, with gradients.</param>
/// <param name="Experts_TK">Picks, −1 where empty.</param>
/// <param name="Weights_TK">Combine weights, with gradients.</param>
/// <param name="Counts_E">Picks per expert, int64.</param>
/// <param name="Tokens">The call's tokens: mask and sequences.</param>
public sealed record BalanceInputs(Tensor Scores_TE, Tensor Experts_TK, Tensor Weights_TK, Tensor Counts_E, TokenView Tokens)
{
    /// <summary>Logits [T, E], with gradients.</summary>
    public required Tensor Logits { get; init; }
}
