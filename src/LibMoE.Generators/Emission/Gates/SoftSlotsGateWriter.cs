using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary><c>[SoftSlotsGate]</c>: experts work on mixtures of tokens.</summary>
internal sealed class SoftSlotsGateWriter : GateWriter
{
    /// <inheritdoc />
    public override string Kind => "SoftSlots";

    /// <inheritdoc />
    public override bool HasTopK => false;

    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer) =>
        [new("router.weight", "router_PD", $"E * {PerExpert(layer)}, shape.Dim", Std(layer)) { Router = true }, .. BiasRow(layer, $"E * {PerExpert(layer)}")];

    /// <inheritdoc />
    public override IEnumerable<Formula> Formulas(LayerModel layer)
    {
        yield return new("gate", $"l = x·Wᵀ{BiasTerm(layer)} over E·{PerExpert(layer)} slots, {PerExpert(layer)} per expert and sequence");
        yield return new("", "X̃ = softmax over the sequence's tokens (l)ᵀ·X,  Ỹ = each expert on its slots");
        yield return new("weights", "w = softmax over the slots (l)");
        yield return new("output", "y = w·Ỹ" + (layer.Shared is { } shared ? " + " + SharedGroup.Summand(shared) : ""));
    }

    /// <inheritdoc />
    public override string LazyScores(LayerModel layer) => "logits_TE.softmax(-1)";

    /// <inheritdoc />
    public override void WriteRouting(LayerModel layer, IndentedWriter writer, bool scores)
    {
        var input = WriteInput(layer, writer);
        writer.Line($"var logits_TE = RouterLogits.Linear({input}, router_PD{BiasArgument(layer)});");
        writer.Line("var weights_TK = SoftSlots.Combine(logits_TE, tokens.mask_T);");
    }

    private static string PerExpert(LayerModel layer) => layer.Gate.Part.Literal("PerExpert");
}
