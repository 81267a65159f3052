using LibMoE.Runtime.Testing.Oracle;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing;

/// <summary>
/// A layer computed from its declaration and the written formulas alone: float64, plain libtorch operations, every expert on every
/// token, no dispatch. It is slow and made to be believed; autograd through it gives every gradient.
/// </summary>
/// <remarks>
/// Shape suffixes: T tokens of the call, N tokens among them that are not masked, D model width, E routable slots, K picks. All counts
/// and means of the balancing terms and C of a capacity are over the N tokens. A mean over sequences is over those that have a token.
/// </remarks>
public static class DenseOracle
{
    /// <summary>Runs the declared layer.</summary>
    /// <param name="declaration">What to compute.</param>
    /// <param name="parameters">The parameters; gradients reach float64 leaves, and x if it is one.</param>
    /// <param name="x">Tokens [.., D]; all dims but the last two are sequences.</param>
    /// <param name="context">Mask, previous logits, replaced picks and whether losses are computed.</param>
    /// <param name="options">Training mode, and what the declaration does not say.</param>
    /// <returns>The output and the routing as the layer has to return them, all in float64; masked rows are 0 and their picks −1.</returns>
    /// <exception cref="ArgumentException">The declaration has a part that the oracle has no formula for, or acts at random.</exception>
    public static MoeOutput Run(
        MoeDeclaration declaration, OracleParameters parameters, Tensor x, MoeContext? context = null, OracleOptions? options = null)
    {
        var input = Input(declaration, parameters, x, context ?? MoeContext.None, options ?? OracleOptions.None);
        var (routed, routing, weights) = declaration.Gate is SoftSlotsGateAttribute gate ? SoftSlots(gate, input) : Picked(input);
        var y = OracleExperts.Combine(input, routed, weights);
        return new MoeOutput(input.Tokens.Expand(y).reshape(x.shape), routing);
    }

    /// <summary>Only which experts the declared layer picks: none of them is computed.</summary>
    /// <param name="declaration">What to compute; it picks experts.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="x">Tokens [.., D].</param>
    /// <param name="context">Mask, previous logits and replaced picks.</param>
    /// <param name="options">What the declaration does not say.</param>
    /// <returns>The routing's picks, [T, K]; those of masked rows are −1.</returns>
    internal static Tensor Picks(
        MoeDeclaration declaration, OracleParameters parameters, Tensor x, MoeContext context, OracleOptions options)
    {
        var input = Input(declaration, parameters, x, context, options);
        return input.Tokens.Expand(Replace(OracleGates.Choose(input), input).Experts, masked: -1);
    }

    private static OracleInput Input(
        MoeDeclaration declaration, OracleParameters parameters, Tensor x, MoeContext context, OracleOptions options)
    {
        RefuseChance(declaration, options);
        var tokens = OracleTokens.Of(x, context.Mask);
        return new(declaration, parameters, tokens, tokens.Compact(x.to(ScalarType.Float64)), context, options);
    }

    private static (Tensor Routed, Routing Routing, Tensor? SharedWeights) Picked(OracleInput input)
    {
        var choice = OracleGates.Choose(input);
        (choice, var experts, var weights) = Replace(choice, input);
        var seats = OracleCapacity.Seated(input, experts, weights);
        var seated = weights * seats;
        var facts = new OracleRouting
        {
            Declaration = input.Declaration,
            Sequences = input.Tokens.Sequences,
            Logits = choice.Logits,
            Scores = choice.ExpertScores,
            Probabilities = choice.Probabilities,
            Experts = experts,
            Weights = seated,
            Seated = seats,
            Noise = choice.Noise,
        };
        (facts, var routed) = Compute(input, facts);
        var counts = OracleBalance.Spread(facts, experts, ones(experts.shape, ScalarType.Float64)).sum(dim: 0).to(ScalarType.Int64);
        var losses = input.Context.Losses ? choice.Losses.Concat(OracleBalance.Losses(facts, input.Options)) : [];
        return (
            OracleLatent.Out(input, routed), Describe(choice, input, experts, seated, counts, losses.ToDictionary()),
            OracleRouterSum.Weights(input, choice, experts));
    }

    /// <summary>Every expert's output on every token, and the sum over the picks: Σ w_e·f_e(z), or Σ f_e(w_e·z) where weights stand on what
    /// experts read. There an expert that is picked twice reads the sum of both weights.</summary>
    private static (OracleRouting Facts, Tensor Sum) Compute(OracleInput input, OracleRouting facts)
    {
        var z_ND = OracleLatent.In(input);
        var weights_NE = OracleBalance.Spread(facts, facts.Experts!, facts.Weights!);
        if (input.Declaration.Gate is not LinearGateAttribute { WeighInput: true })
        {
            facts = facts with { Outputs = OracleExperts.All(input, _ => z_ND) };
            return (facts, (weights_NE.unsqueeze(2) * facts.Outputs).sum(1));
        }

        var picked_NE = OracleBalance.Spread(facts, facts.Experts!, facts.Seated!).gt(Scalars.Zero).to(ScalarType.Float64);
        facts = facts with { Outputs = OracleExperts.All(input, slot => weights_NE.narrow(1, slot, 1) * z_ND) };
        return (facts, (picked_NE.unsqueeze(2) * facts.Outputs).sum(1));
    }

    /// <summary>The picks in place of the gate's own, where the caller has replaced them.</summary>
    private static (OracleChoice Choice, Tensor Experts, Tensor Weights) Replace(OracleChoice choice, OracleInput input)
    {
        if (input.Context.Reroute is not { } reroute)
        {
            return (choice, choice.Experts, choice.Weights);
        }

        var picks = reroute(Describe(choice, input, choice.Experts, choice.Weights, null, []));
        var experts = input.Tokens.Compact(picks.Experts.cpu());
        var weights = picks.Weights is { } given ? input.Rows(given.cpu()) : choice.Weigh(experts);
        return (choice.Again?.Invoke(experts) ?? choice, experts, weights.masked_fill(experts.lt(Scalars.Zero), Scalars.Zero));
    }

    private static Routing Describe(
        OracleChoice choice, OracleInput input, Tensor experts, Tensor weights, Tensor? counts, Dictionary<string, Tensor> losses)
    {
        return new Routing(choice.Kind)
        {
            Logits = choice.Logits is null ? null : input.Tokens.Expand(choice.Logits),
            Scores = choice.Scores is null ? null : input.Tokens.Expand(choice.Scores),
            Experts = input.Tokens.Expand(experts, masked: -1),
            Weights = input.Tokens.Expand(weights),
            TokensPerExpert = counts,
            Losses = losses,
            AuxiliaryLoss = Sum(losses),
        };
    }

    private static (Tensor Routed, Routing Routing, Tensor? SharedWeights) SoftSlots(SoftSlotsGateAttribute gate, OracleInput input)
    {
        var (logits, combine, routed) = OracleSoftSlots.Run(gate, input);
        var facts = new OracleRouting { Declaration = input.Declaration, Sequences = input.Tokens.Sequences, Logits = logits };
        var losses = input.Context.Losses ? OracleBalance.Losses(facts, input.Options) : [];
        return (routed, new Routing(RoutingKind.SoftSlots)
        {
            Logits = input.Tokens.Expand(logits),
            Scores = input.Tokens.Expand(combine),
            Weights = input.Tokens.Expand(combine),
            Losses = losses,
            AuxiliaryLoss = Sum(losses),
        }, null);
    }

    private static Tensor Sum(Dictionary<string, Tensor> losses) =>
        losses.Values.Aggregate(zeros([], ScalarType.Float64), (sum, term) => sum.Plus(term));

    private static void RefuseChance(MoeDeclaration declaration, OracleOptions options)
    {
        var draws = declaration.Gate is RouterGateAttribute { Jitter: > 0 } ? "jitter"
            : declaration.ExpertDropout is not null ? "expert dropout"
            : declaration.Gate is SparseMixerGateAttribute ? "SparseMixer"
            : null;
        if (options.Training && draws is not null)
        {
            throw new ArgumentException(
                $"{declaration.Name}: {draws} acts at random in training, so that the oracle can only follow evaluation mode.");
        }
    }
}
