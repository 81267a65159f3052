using LibMoE.Runtime;
using static TorchSharp.torch;

namespace Translation;

/// <summary>An expert that no token can pick: the next in rank takes its place, and the gate's rule weighs the picks.</summary>
/// <param name="layer">The layer that it is of, in the order in which the net runs them.</param>
/// <param name="expert">The expert.</param>
/// <param name="layers">How many layers the net runs for one batch.</param>
internal sealed class TakenAway(int layer, int expert, int layers)
{
    private int _calls;

    /// <summary>For <see cref="MoeContext.Reroute"/>, of one batch after the other.</summary>
    public Picks Reroute(Routing own)
    {
        if (_calls++ % layers != layer)
        {
            return new Picks(own.Experts!, own.Weights);
        }

        var barred_E = new float[own.Logits!.shape[1]];
        barred_E[expert] = float.NegativeInfinity;
        var next_TK = own.Logits.Plus(tensor(barred_E)).topk((int)own.Experts!.shape[1], 1).indexes;
        return new Picks(next_TK.masked_fill(own.Experts.lt(Scalars.Zero), Scalars.MinusOne));
    }
}
