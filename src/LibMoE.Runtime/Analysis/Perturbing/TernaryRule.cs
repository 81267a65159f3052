using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Perturbing;

/// <summary>The ternary gate: 2E + K slots are ranked, so that the rank behind the picks may be an expert of either sign or none.</summary>
internal sealed class TernaryRule(TernaryGateAttribute gate, int experts) : GateRule
{
    /// <inheritdoc />
    public override int TopK => gate.TopK;

    /// <inheritdoc />
    public override bool HasTemperature => true;

    /// <inheritdoc />
    public override Picks Pick(Routing own, Tensor ids_SL, PickChange change)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var logits_TQ = own.Logits!.Over(change.Temperature);
        var selection_TQ = change.Without.Count > 0 ? logits_TQ.clone() : logits_TQ;
        foreach (var removed in change.Without)
        {
            selection_TQ.narrow(1, removed, 1).fill_(Scalars.NegativeInfinity);
            selection_TQ.narrow(1, experts + removed, 1).fill_(Scalars.NegativeInfinity);
        }

        var k = change.K ?? TopK;
        var slots_TK = TopPicks.Largest(selection_TQ, k + change.Dropped).narrow(1, change.Dropped, k);
        var weights_TK = TernarySlots.Weights(logits_TQ.softmax(-1), slots_TK, experts, gate.Scale);
        return new Picks(TernarySlots.Experts(slots_TK, experts).MoveToOuterDisposeScope(), weights_TK.MoveToOuterDisposeScope());
    }
}
