using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Perturbing;

/// <summary>The hash gate: a token's hash ranks all experts. All picks weigh 1/K, unless weights are learned.</summary>
internal sealed class HashRule(HashGateAttribute gate, int experts) : GateRule
{
    /// <inheritdoc />
    public override int TopK => gate.TopK;

    /// <inheritdoc />
    public override bool HasTemperature => false;

    /// <inheritdoc />
    public override bool HasWeights => gate.Learned && TopK > 1;

    /// <inheritdoc />
    public override Picks Pick(Routing own, Tensor ids_SL, PickChange change)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var ranked_TE = HashPicks.Ranked(ids_SL.reshape(-1, 1), experts, experts, gate.Seed);
        foreach (var (gone, removed) in change.Without.Index())
        {
            ranked_TE = ranked_TE.masked_select(ranked_TE.Is(removed).logical_not()).reshape(-1, experts - 1 - gone);
        }

        var k = change.K ?? TopK;
        var experts_TK = ranked_TE.narrow(1, change.Dropped, k).contiguous();
        var weights_TK = gate.Learned || k == TopK ? null : CombineWeights.Constant(experts_TK, 1.0 / k, own.Weights.dtype);
        return new Picks(experts_TK.MoveToOuterDisposeScope(), weights_TK?.MoveToOuterDisposeScope());
    }
}
