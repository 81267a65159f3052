using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Perturbing;

/// <summary>Gates of which every token picks the K experts of largest selection value:
/// scores, selection values with bias and groups, picks, weights.</summary>
internal sealed class RankedRule : GateRule
{
    private readonly PickingGateAttribute _gate;
    private readonly Tensor? _bias_E;
    private readonly (int Groups, int TopGroups, GroupValue Value) _groups;
    private readonly bool? _sigmoid;

    private RankedRule(PickingGateAttribute gate, Tensor? bias_E, (int Groups, int TopGroups, GroupValue Value) groups, bool? sigmoid) =>
        (_gate, _bias_E, _groups, _sigmoid) = (gate, bias_E, groups, sigmoid);

    /// <inheritdoc />
    public override int TopK => _gate.TopK;

    /// <summary>Other gates, such as a user's own, have scores but no formula from logits that is known here.</summary>
    public override bool HasTemperature => _sigmoid is not null;

    /// <inheritdoc />
    public override int Choices(int experts) => _groups.Groups > 1 ? _groups.TopGroups * (experts / _groups.Groups) : experts;

    /// <summary>The rule of a layer with such a gate.</summary>
    public static RankedRule Of(MoeLayer layer, PickingGateAttribute gate)
    {
        var bias_E = layer.named_buffers().FirstOrDefault(buffer => buffer.name == "router.score_bias").buffer;
        bool? sigmoid = gate switch
        {
            SigmoidGateAttribute => true,
            SoftmaxGateAttribute or CosineGateAttribute or PerturbedCosineGateAttribute or XMoeGateAttribute or HyperGateAttribute
                or ResidualGateAttribute or NoisyTopKGateAttribute => false,
            _ => null,
        };
        var value = sigmoid == true ? GroupValue.TwoLargest : GroupValue.Largest;
        var groups = gate is GroupedGateAttribute grouped ? (grouped.Groups, grouped.TopGroups, value) : default;
        return new RankedRule(gate, bias_E, groups, sigmoid);
    }

    /// <inheritdoc />
    public override Picks Pick(Routing own, Tensor ids_SL, PickChange change)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var selection_TE = Selection(own, change.Temperature);
        if (change.Without is { } removed)
        {
            selection_TE = selection_TE.clone();
            selection_TE.narrow(1, removed, 1).fill_(Scalars.NegativeInfinity);
        }

        if (_groups.Groups > 1)
        {
            selection_TE = Picking.KeepGroups(selection_TE, _groups.Groups, _groups.TopGroups, _groups.Value);
        }

        var k = change.K ?? TopK;
        var ranked_TR = Picking.WithoutRemoved(TopPicks.Largest(selection_TE, k + change.Dropped), selection_TE);
        var experts_TK = ranked_TR.narrow(1, change.Dropped, k);
        var weights_TK = change.Temperature == 1 ? null : Weights(own.Logits!.Over(change.Temperature), experts_TK);
        return new Picks(experts_TK.MoveToOuterDisposeScope(), weights_TK?.MoveToOuterDisposeScope());
    }

    /// <summary>Logits, where nothing is added to the scores and no groups are valued by them: the same order without rounding.</summary>
    private Tensor Selection(Routing own, double temperature)
    {
        if (_sigmoid is null)
        {
            return _bias_E is null ? own.Scores! : own.Scores!.Plus(_bias_E);
        }

        var logits_TE = temperature == 1 ? own.Logits! : own.Logits!.Over(temperature);
        return _bias_E is null && _groups.Groups <= 1 ? logits_TE
            : _bias_E is null ? Scores(logits_TE)
            : Scores(logits_TE).Plus(_bias_E);
    }

    private Tensor Scores(Tensor logits_TE) => _sigmoid == true ? logits_TE.sigmoid() : logits_TE.softmax(-1);

    private Tensor Weights(Tensor logits_TE, Tensor experts_TK) => _gate switch
    {
        TopKGateAttribute { Normalize: true } when _sigmoid == true => CombineWeights.SigmoidOverPicks(logits_TE, experts_TK, _gate.Scale),
        TopKGateAttribute { Normalize: false } => CombineWeights.Plain(Scores(logits_TE), experts_TK, _gate.Scale),
        _ => CombineWeights.SoftmaxOverPicks(logits_TE, experts_TK, _gate.Scale),
    };
}
