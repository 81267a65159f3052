using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Perturbing;

/// <summary>A gate's rule outside its layer, so that it can be asked for other K, other logits or fewer experts.</summary>
internal abstract class GateRule
{
    /// <summary>K: picks of a token; for a gate without a fixed number, the number it is steered to.</summary>
    public abstract int TopK { get; }

    /// <summary>Whether dividing the logits by τ sharpens or flattens anything, by a formula known here.</summary>
    public abstract bool HasTemperature { get; }

    /// <summary>Whether weights differ among the picks of a token.</summary>
    public virtual bool HasWeights => TopK > 1;

    /// <summary>Whether K is a number that tokens have on average, so that also K itself is a limit.</summary>
    public virtual bool VariesK => false;

    /// <summary>Whether an expert that the gate did not pick has weight 0 by its rule. Experts put in place of others then take over
    /// their weights, since they would do nothing otherwise.</summary>
    public virtual bool OnlyPicksWeigh => false;

    /// <summary>Among how many experts a token can pick once the gate has narrowed them down to groups.</summary>
    /// <param name="experts">E.</param>
    public virtual int Choices(int experts) => experts;

    /// <summary>The rule of a layer; null where tokens do not pick experts (expert choice and soft slots),
    /// or rank none behind their picks (a hash gate's table).</summary>
    public static GateRule? Of(MoeLayer layer) => layer.Declaration.Gate switch
    {
        TernaryGateAttribute gate => new TernaryRule(gate, layer.Declaration.RoutableExperts),
        PickingGateAttribute gate => RankedRule.Of(layer, gate),
        HashGateAttribute { Table: false } gate => new HashRule(gate, layer.Declaration.RoutableExperts),
        ReluGateAttribute gate => new ReluRule(gate, layer.Declaration.RoutableExperts),
        _ => null,
    };

    /// <summary>The picks that the gate makes with a change.</summary>
    /// <param name="own">What it did by itself; its logits or scores are read.</param>
    /// <param name="ids_SL">The tokens, which hash gates go by.</param>
    /// <param name="change">What is different.</param>
    /// <returns>[T, k] picks, best first; their weights follow the gate's rule.</returns>
    public abstract Picks Pick(Routing own, Tensor ids_SL, PickChange change);
}

/// <summary>What is different from what a gate does by itself.</summary>
/// <param name="K">How many experts each token picks; null for the gate's own number.</param>
/// <param name="Dropped">How many of the best give way to the ranks behind them.</param>
/// <param name="Temperature">τ: logits are divided by it.</param>
internal sealed record PickChange(int? K = null, int Dropped = 0, double Temperature = 1)
{
    /// <summary>The experts that cannot be picked, without repeats.</summary>
    public IReadOnlyList<int> Without { get; init; } = [];
}
