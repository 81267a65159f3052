using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary><c>[SparseMixerGate]</c>: one pick after the other, each weighed among those that come near it.</summary>
internal sealed class SparseMixerGateWriter : GateWriter
{
    /// <inheritdoc />
    public override string Kind => "TokenChoice";

    /// <inheritdoc />
    public override IEnumerable<Constant> Constants(LayerModel layer) => [TopK(layer)];

    /// <inheritdoc />
    public override string PicksPerToken(LayerModel layer) => "K";

    /// <inheritdoc />
    public override string LazyScores(LayerModel layer) => "logits_TE.softmax(-1)";

    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer) =>
        [new("router.weight", "router_ED", "E, D", Std(layer)) { Router = true }, .. BiasRow(layer)];

    /// <inheritdoc />
    public override IEnumerable<Formula> Formulas(LayerModel layer)
    {
        var (gate, bound) = (layer.Gate.Part, Text.Number(2 * layer.Gate.Part.Double("Epsilon")));
        yield return new("gate", $"l = x·Wᵀ{BiasTerm(layer)},  s = softmax(l)");
        yield return new(
            "",
            $"I = {Text.Count(gate.Int("TopK"), "pick")} in turn:  of the experts left, m = max l,  "
            + $"N = those of (m − l_e)/max(|l_e|, m) ≤ {bound}");
        yield return new("", "each the largest l of its N; in training drawn by softmax over N");
        var scale = gate.Double("Scale") == 1 ? "" : Text.Number(gate.Double("Scale")) + "·";
        yield return new(
            "weights",
            $"w_i = {scale}exp(l_i) / Σ_{{e∈N}} exp(l_e) for i ∈ I; in training a third, by chance 3/4, where i is not the best");
    }

    /// <inheritdoc />
    public override void WriteRouting(LayerModel layer, IndentedWriter writer, bool scores)
    {
        var input = WriteInput(layer, writer);
        var epsilon = Text.Double(layer.Gate.Part.Double("Epsilon"));
        var scale = layer.Gate.Part.Double("Scale") == 1 ? "" : $", {Text.Double(layer.Gate.Part.Double("Scale"))}";
        writer.Line($"var logits_TE = RouterLogits.Linear({input}, router_ED{BiasArgument(layer)});");
        if (scores)
        {
            writer.Line($"var scores_TE = {LazyScores(layer)};");
        }

        writer.Line();
        writer.Line("// Picks: one after the other, each among those that come near the best one left.");
        writer.Line($"var experts_TK = SparseMixer.Pick(logits_TE, K, {epsilon}, training, tokens.mask_T);");
        writer.Line($"Tensor Weigh(Tensor picks_TK) => SparseMixer.Weights(logits_TE, picks_TK, {epsilon}, training{scale});");
        writer.Line("var weights_TK = Weigh(experts_TK);");
    }
}
