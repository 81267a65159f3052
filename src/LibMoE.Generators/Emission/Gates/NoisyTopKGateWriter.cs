using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary><c>[NoisyTopKGate]</c>: trained noise on the logits, softmax over the picks.</summary>
internal sealed class NoisyTopKGateWriter : GateWriter
{
    private const string ScoresOfPicks = "CombineWeights.Spread(CombineWeights.SoftmaxOverPicks(logits_TE, experts_TK), experts_TK, E)";

    /// <inheritdoc />
    public override string Kind => "TokenChoice";

    /// <inheritdoc />
    public override IEnumerable<Constant> Constants(LayerModel layer) => [TopK(layer)];

    /// <inheritdoc />
    public override string PicksPerToken(LayerModel layer) => "K";

    /// <inheritdoc />
    public override double? WeightSum(LayerModel layer) => layer.Gate.Part.Double("Scale");

    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer) =>
    [
        new("router.weight", "router_ED", "E, D", Std(layer)) { Router = true },
        .. BiasRow(layer),
        new("router.noise", "noise_ED", "E, D", Std(layer)) { Router = true },
    ];

    /// <inheritdoc />
    public override IEnumerable<Formula> Formulas(LayerModel layer)
    {
        yield return new("gate", $"l = x·Wᵀ{BiasTerm(layer)} + N(0,1)·softplus(x·W_noiseᵀ) in training, without the noise otherwise");
        yield return new("", $"I = the K = {layer.Gate.Part.Int("TopK")} experts of largest l,  s = softmax over I, 0 elsewhere");
        yield return new(
            "weights", layer.Gate.Part.Double("Scale") == 1 ? "w_i = s_i" : $"w_i = {Text.Number(layer.Gate.Part.Double("Scale"))}·s_i");
    }

    /// <inheritdoc />
    public override bool ScoresFollowPicks => true;

    /// <inheritdoc />
    public override string LazyScores(LayerModel layer) => ScoresOfPicks;

    /// <inheritdoc />
    public override void WriteRouting(LayerModel layer, IndentedWriter writer, bool scores)
    {
        var input = WriteInput(layer, writer);
        var scale = layer.Gate.Part.Double("Scale") == 1 ? "" : ", " + Text.Double(layer.Gate.Part.Double("Scale"));
        writer.Line($"var clean_TE = RouterLogits.Linear({input}, router_ED{BiasArgument(layer)});");
        writer.Line($"var std_TE = RouterNoise.Deviation(RouterLogits.Linear({input}, noise_ED));");
        writer.Line("var logits_TE = RouterNoise.Gaussian(clean_TE, std_TE, training);");
        writer.Line();
        writer.Line("// Picks: the K largest of each token, ties to the lower index.");
        writer.Line($"var experts_TK = {WritePickFrom(layer, writer)};");
        writer.Line($"Tensor Weigh(Tensor picks_TK) => CombineWeights.SoftmaxOverPicks(logits_TE, picks_TK{scale});");
        writer.Line("var weights_TK = Weigh(experts_TK);");
    }

    private static string WritePickFrom(LayerModel layer, IndentedWriter writer)
    {
        if (layer.ExpertDropout is not { } dropout)
        {
            return "Picking.Largest(logits_TE, K, tokens.mask_T)";
        }

        writer.Line($"var remaining_TE = RouterNoise.DropExperts(logits_TE, {Text.Double(dropout.Double("Probability"))}, training);");
        return "Picking.WithoutRemoved(Picking.Largest(remaining_TE, K, tokens.mask_T), remaining_TE)";
    }
}
