using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>One call, reduced to the tokens that count.</summary>
/// <param name="Declaration">The declaration.</param>
/// <param name="Parameters">The parameters.</param>
/// <param name="Tokens">Which rows count.</param>
/// <param name="X_ND">Their vectors.</param>
/// <param name="Context">The context, with tensors over all tokens.</param>
/// <param name="Options">What the declaration does not say.</param>
internal sealed record OracleInput(
    MoeDeclaration Declaration, OracleParameters Parameters, OracleTokens Tokens, Tensor X_ND, MoeContext Context, OracleOptions Options)
{
    public int Slots => Declaration.RoutableExperts;

    /// <summary>The named rows that count, in float64.</summary>
    public Tensor Rows(Tensor values) => Tokens.Compact(values.to(ScalarType.Float64));

    /// <summary>Adds b where the layer has a BiasBalance, to the scores, or to the logits where b follows their quantiles: the value by
    /// which experts are ranked.</summary>
    public Tensor Selection(Tensor scores_NE, Tensor? logits_NE = null)
    {
        var bias = Declaration.Balance.OfType<BiasBalanceAttribute>().FirstOrDefault();
        return bias is null ? scores_NE.detach()
            : (bias.Update == BiasUpdate.Quantile ? logits_NE! : scores_NE).detach().Plus(Parameters["router.score_bias"]);
    }
}
