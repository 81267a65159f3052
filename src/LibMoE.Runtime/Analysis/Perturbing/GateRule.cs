using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// A picking gate's rule outside its layer, so that it can be asked for other K, other logits or fewer experts: scores, selection values with bias and
/// groups, picks, weights.
/// </summary>
internal sealed class GateRule
{
    private readonly PickingGateAttribute _gate;
    private readonly Tensor? _bias_E;
    private readonly (int Groups, int TopGroups, GroupValue Value) _groups;
    private readonly bool? _sigmoid;

    private GateRule(PickingGateAttribute gate, Tensor? bias_E, (int Groups, int TopGroups, GroupValue Value) groups, bool? sigmoid) =>
        (_gate, _bias_E, _groups, _sigmoid) = (gate, bias_E, groups, sigmoid);

    /// <summary>K: picks of a token.</summary>
    public int TopK => _gate.TopK;

    /// <summary>Whether scores follow from logits by a formula known here; a user's own gate has scores but no such formula.</summary>
    public bool HasTemperature => _sigmoid is not null;

    /// <summary>The rule of a layer; null where tokens do not pick K experts by rank (expert choice, ReLU, ternary, hash and soft-slot gates).</summary>
    public static GateRule? Of(MoeLayer layer)
    {
        var bias_E = layer.named_buffers().FirstOrDefault(buffer => buffer.name == "router.score_bias").buffer;
        return layer.Declaration.Gate switch
        {
            TernaryGateAttribute => null,
            SigmoidGateAttribute gate => new GateRule(gate, bias_E, (gate.Groups, gate.TopGroups, GroupValue.TwoLargest), sigmoid: true),
            SoftmaxGateAttribute gate => new GateRule(gate, bias_E, (gate.Groups, gate.TopGroups, GroupValue.Largest), sigmoid: false),
            PickingGateAttribute gate when gate.GetType().Assembly == typeof(GateAttribute).Assembly => new GateRule(gate, bias_E, default, sigmoid: false),
            PickingGateAttribute gate => new GateRule(gate, bias_E, default, sigmoid: null),
            _ => null,
        };
    }

    /// <summary>The picks that the gate makes with these changes.</summary>
    /// <param name="own">What it did by itself; its logits or scores are read.</param>
    /// <param name="k">How many experts each token picks.</param>
    /// <param name="temperature">τ: logits are divided by it.</param>
    /// <param name="without">An expert that cannot be picked; null for none.</param>
    /// <returns>[T, k] picks, best first; their weights follow the gate's rule.</returns>
    public Picks Pick(Routing own, int k, double temperature = 1, int? without = null)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var selection_TE = Selection(own, temperature);
        if (without is { } removed)
        {
            selection_TE = selection_TE.clone();
            selection_TE.narrow(1, removed, 1).fill_(double.NegativeInfinity);
        }

        if (_groups.Groups > 1)
        {
            selection_TE = Picking.KeepGroups(selection_TE, _groups.Groups, _groups.TopGroups, _groups.Value);
        }

        var experts_TK = Picking.WithoutRemoved(TopPicks.Largest(selection_TE, k), selection_TE);
        var weights_TK = temperature == 1 ? null : Weights(own.Logits! / temperature, experts_TK);
        return new Picks(experts_TK.MoveToOuterDisposeScope(), weights_TK?.MoveToOuterDisposeScope());
    }

    /// <summary>Logits, where nothing is added to the scores and no groups are valued by them: the same order without rounding.</summary>
    private Tensor Selection(Routing own, double temperature)
    {
        if (_sigmoid is null)
        {
            return _bias_E is null ? own.Scores! : own.Scores! + _bias_E;
        }

        var logits_TE = temperature == 1 ? own.Logits! : own.Logits! / temperature;
        return _bias_E is null && _groups.Groups <= 1 ? logits_TE
            : _bias_E is null ? Scores(logits_TE)
            : Scores(logits_TE) + _bias_E;
    }

    private Tensor Scores(Tensor logits_TE) => _sigmoid == true ? logits_TE.sigmoid() : logits_TE.softmax(-1);

    private Tensor Weights(Tensor logits_TE, Tensor experts_TK) => _gate switch
    {
        TopKGateAttribute { Normalize: true } when _sigmoid == true => CombineWeights.Normalized(Scores(logits_TE), experts_TK, _gate.Scale),
        TopKGateAttribute { Normalize: false } => CombineWeights.Plain(Scores(logits_TE), experts_TK, _gate.Scale),
        _ => CombineWeights.SoftmaxOverPicks(logits_TE, experts_TK, _gate.Scale),
    };
}
