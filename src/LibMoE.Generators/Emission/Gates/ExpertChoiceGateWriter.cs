using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary><c>[ExpertChoiceGate]</c>: experts pick tokens.</summary>
internal sealed class ExpertChoiceGateWriter : GateWriter
{
    /// <inheritdoc />
    public override string Kind => "ExpertChoice";

    /// <inheritdoc />
    public override string PicksPerToken(LayerModel layer) => Text.Double(layer.Gate.Part.Double("CapacityFactor"));

    /// <inheritdoc />
    public override string? Meaning(char letter) => letter == 'K' ? "slots for the picks of a token, as many as E" : null;

    /// <inheritdoc />
    public override bool NeedsScores(LayerModel layer) => true;

    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer) =>
        [new("router.weight", "router_ED", "E, D", Std(layer)) { Router = true }, .. BiasRow(layer)];

    /// <inheritdoc />
    public override IEnumerable<Formula> Formulas(LayerModel layer)
    {
        var factor = Text.Number(layer.Gate.Part.Double("CapacityFactor"));
        yield return new(
            "gate", $"l = x·Wᵀ{BiasTerm(layer)},  s = softmax(l);  each expert takes its C = ceil({factor}·T/E) tokens of largest s");
        yield return new("weights", "w_i = s_i for the experts I that took the token");
    }

    /// <inheritdoc />
    public override void WriteRouting(LayerModel layer, IndentedWriter writer, bool scores)
    {
        var input = WriteInput(layer, writer);
        writer.Line($"var logits_TE = RouterLogits.Linear({input}, router_ED{BiasArgument(layer)});");
        writer.Line("var scores_TE = logits_TE.softmax(-1);");
        writer.Line();
        writer.Line("// Picks: each expert takes its best tokens; a token's takers stand in E slots of descending weight.");
        writer.Line("var experts_TK = ExpertChoice.Assign(scores_TE, factor: "
            + $"{Text.Double(layer.Gate.Part.Double("CapacityFactor"))}, tokens.mask_T);");
        writer.Line("Tensor Weigh(Tensor picks_TK) => CombineWeights.Plain(scores_TE, picks_TK);");
        writer.Line("var weights_TK = Weigh(experts_TK);");
    }
}
