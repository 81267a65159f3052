using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Perturbing;

/// <summary>
/// The ReLU gate: w = relu(l), and every positive one is picked. What ranks behind the picks has weight 0, so nothing takes the place of an
/// expert that goes; K is a limit. relu(l/τ) = relu(l)/τ scales all weights alike, which is not what a temperature asks.
/// </summary>
internal sealed class ReluRule(ReluGateAttribute gate, int experts) : GateRule
{
    /// <summary>(1 − target)·E: what the gate is steered to, at least 1.</summary>
    public override int TopK => Math.Max(1, (int)Math.Round((1 - gate.Target) * experts));

    /// <inheritdoc />
    public override bool HasTemperature => false;

    /// <inheritdoc />
    public override bool HasWeights => true;

    /// <inheritdoc />
    public override bool VariesK => true;

    /// <inheritdoc />
    public override bool OnlyPicksWeigh => true;

    /// <inheritdoc />
    public override Picks Pick(Routing own, Tensor ids_SL, PickChange change)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var scores_TE = own.Scores!;
        scores_TE = change.Without.Count > 0 ? scores_TE.clone() : scores_TE;
        foreach (var removed in change.Without)
        {
            scores_TE.narrow(1, removed, 1).fill_(Scalars.Zero);
        }

        var left = experts - change.Dropped;
        var experts_TK = Picking.Positive(scores_TE, mask_T: null).narrow(1, change.Dropped, Math.Min(change.K ?? left, left)).contiguous();
        return new Picks(experts_TK.MoveToOuterDisposeScope());
    }
}
