using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Perturbing;

/// <summary>Gates of which every token picks the K experts of largest selection value:
/// scores, selection values with bias and groups, picks, weights.</summary>
internal sealed class RankedRule : GateRule
{
    private readonly PickingGateAttribute _gate;
    private readonly Tensor? _bias_E;
    private readonly GroupedGateAttribute? _grouped;
    private readonly ScoreFunction? _function;

    /// <summary>The learned scale of each expert's weight; null where there is none.</summary>
    private readonly Tensor? _scale_E;

    /// <summary>The slots of zero experts that are left out of the weights: the first of each group, and how many.</summary>
    private readonly IReadOnlyList<(int First, int Count)> _skipped;

    /// <summary>Whether the bias is added to logits: it follows their quantiles.</summary>
    private readonly bool _isOnLogits;

    private RankedRule(MoeLayer layer, PickingGateAttribute gate, Tensor? bias_E, ScoreFunction? function, bool isOnLogits)
    {
        (_gate, _bias_E, _function, _isOnLogits) = (gate, bias_E, function, isOnLogits);
        _grouped = gate is GroupedGateAttribute { Groups: > 1 } grouped ? grouped : null;
        _scale_E = gate is LinearGateAttribute { ExpertScale: true } ? layer.get_parameter("router.expert_scale") : null;
        _skipped = gate is LinearGateAttribute { SkipZero: true } ? [.. ZeroSlots(layer.Declaration)] : [];
    }

    /// <summary>What makes scores of logits.</summary>
    private enum ScoreFunction
    {
        Softmax,
        Sigmoid,
        SqrtSoftplus,
    }

    /// <inheritdoc />
    public override int TopK => _gate.TopK;

    /// <summary>Other gates, such as a user's own, have scores but no formula from logits that is known here.</summary>
    public override bool HasTemperature => _function is not null;

    /// <inheritdoc />
    public override int Choices(int experts) => _grouped switch
    {
        null => experts,
        { PicksPerGroup: > 0 } => _grouped.TopK,
        _ => _grouped.TopGroups * (experts / _grouped.Groups),
    };

    /// <summary>The rule of a layer with such a gate.</summary>
    public static RankedRule Of(MoeLayer layer, PickingGateAttribute gate)
    {
        var bias_E = layer.named_buffers().FirstOrDefault(buffer => buffer.name == "router.score_bias").buffer;
        ScoreFunction? function = gate switch
        {
            // The weights depend on shared experts' logits as well, which a routing does not have.
            _ when layer.Declaration.Shared is SharedExpertsAttribute { InRouterSum: true } => null,
            SigmoidGateAttribute => ScoreFunction.Sigmoid,
            SqrtSoftplusGateAttribute => ScoreFunction.SqrtSoftplus,
            SoftmaxGateAttribute or CosineGateAttribute or PerturbedCosineGateAttribute or XMoeGateAttribute or HyperGateAttribute
                or ResidualGateAttribute or NoisyTopKGateAttribute => ScoreFunction.Softmax,
            _ => null,
        };
        var quantile = layer.Declaration.Balance.OfType<BiasBalanceAttribute>().Any(term => term.Update == BiasUpdate.Quantile);
        return new RankedRule(layer, gate, bias_E, function, quantile);
    }

    /// <inheritdoc />
    public override Picks Pick(Routing own, Tensor ids_SL, PickChange change)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var selection_TE = Selection(own, change.Temperature);
        selection_TE = change.Without.Count > 0 ? selection_TE.clone() : selection_TE;
        foreach (var removed in change.Without)
        {
            selection_TE.narrow(1, removed, 1).fill_(Scalars.NegativeInfinity);
        }

        if (_grouped is not null)
        {
            selection_TE = Grouped(selection_TE, _grouped);
        }

        var k = change.K ?? TopK;
        var ranked_TR = Picking.WithoutRemoved(TopPicks.Largest(selection_TE, k + change.Dropped), selection_TE);
        var experts_TK = ranked_TR.narrow(1, change.Dropped, k);
        var weights_TK = change.Temperature == 1 || !HasTemperature ? null : Weights(own.Logits!.Over(change.Temperature), experts_TK);
        return new Picks(experts_TK.MoveToOuterDisposeScope(), weights_TK?.MoveToOuterDisposeScope());
    }

    private Tensor Grouped(Tensor selection_TE, GroupedGateAttribute gate)
    {
        if (gate.PicksPerGroup > 0)
        {
            return Picking.KeepOfEachGroup(selection_TE, gate.Groups, gate.PicksPerGroup);
        }

        var standard = _function == ScoreFunction.Softmax ? GroupValue.Largest : GroupValue.TopTwo;
        var value = gate.GroupValue == GroupValue.Default ? standard : gate.GroupValue;
        return Picking.KeepGroups(selection_TE, gate.Groups, gate.TopGroups, value, gate.MaskByZero);
    }

    /// <summary>Logits, where nothing is added to the scores and no groups are valued by them: the same order without rounding.</summary>
    private Tensor Selection(Routing own, double temperature)
    {
        if (_isOnLogits)
        {
            return (temperature == 1 ? own.Logits! : own.Logits!.Over(temperature)).Plus(_bias_E!);
        }

        if (_function is null)
        {
            return _bias_E is null ? own.Scores! : own.Scores!.Plus(_bias_E);
        }

        var logits_TE = temperature == 1 ? own.Logits! : own.Logits!.Over(temperature);
        return _bias_E is null && _grouped is null ? logits_TE
            : _bias_E is null ? Scores(logits_TE)
            : Scores(logits_TE).Plus(_bias_E);
    }

    private Tensor Scores(Tensor logits_TE) => _function switch
    {
        ScoreFunction.Sigmoid => logits_TE.sigmoid(),
        ScoreFunction.SqrtSoftplus => SqrtSoftplus.Scores(logits_TE),
        _ => logits_TE.softmax(-1),
    };

    private Tensor Weights(Tensor logits_TE, Tensor experts_TK)
    {
        var weighed_TK = _skipped.Aggregate(experts_TK, (left_TK, group) => ZeroCompute.WithoutZero(left_TK, group.First, group.Count));
        var weights_TK = ScoreWeights(logits_TE, weighed_TK);
        return _scale_E is null ? weights_TK : CombineWeights.OfExperts(weights_TK, experts_TK, _scale_E);
    }

    private static IEnumerable<(int First, int Count)> ZeroSlots(MoeDeclaration declaration)
    {
        var first = 0;
        foreach (var group in declaration.Experts)
        {
            if (group.Kind == typeof(Zero))
            {
                yield return (first, group.Count);
            }

            first += group.Count;
        }
    }

    private Tensor ScoreWeights(Tensor logits_TE, Tensor experts_TK) => _gate switch
    {
        TopKGateAttribute { Normalize: true } when _function == ScoreFunction.Sigmoid =>
            CombineWeights.SigmoidOverPicks(logits_TE, experts_TK, _gate.Scale),
        TopKGateAttribute { Normalize: true } when _function == ScoreFunction.SqrtSoftplus =>
            CombineWeights.SqrtSoftplusOverPicks(logits_TE, experts_TK, _gate.Scale),
        TopKGateAttribute { Normalize: false } => CombineWeights.Plain(Scores(logits_TE), experts_TK, _gate.Scale),
        _ => CombineWeights.SoftmaxOverPicks(logits_TE, experts_TK, _gate.Scale),
    };
}
