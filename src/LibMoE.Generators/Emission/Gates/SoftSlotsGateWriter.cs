using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary><c>[SoftSlotsGate]</c>: experts work on mixtures of tokens.</summary>
internal sealed class SoftSlotsGateWriter : GateWriter
{
    /// <inheritdoc />
    public override string Kind => "SoftSlots";

    /// <inheritdoc />
    public override string PicksPerToken(LayerModel layer) => "1";

    /// <inheritdoc />
    public override TensorNames Names => new("logits_TP", Weights: "weights_TP");

    /// <inheritdoc />
    public override ForwardWriter Forward => new SoftSlotsForwardWriter();

    /// <inheritdoc />
    public override IEnumerable<Constant> Constants(LayerModel layer) => [Slots(layer)];

    /// <inheritdoc />
    public override IEnumerable<Formula> OutputFormulas(ExpertLayout experts) =>
        [new("output", "y = " + (experts.Shared?.OutputWith("w·Ỹ") ?? "w·Ỹ"))];

    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer)
    {
        var slots = Slots(layer).In(layer);
        return [new("router.weight", "router_PD", $"{slots}, D", Std(layer)) { Router = true }, .. BiasRow(layer, "P", slots)];
    }

    /// <inheritdoc />
    public override IEnumerable<Formula> Formulas(LayerModel layer)
    {
        yield return new("gate", $"l = x·Wᵀ{BiasTerm(layer)} over E·{PerExpert(layer)} slots, {PerExpert(layer)} per expert and sequence");
        yield return new("", "X̃ = softmax over the sequence's tokens (l)ᵀ·X,  Ỹ = each expert on its slots");
        yield return new("weights", "w = softmax over the slots (l)");
    }

    /// <inheritdoc />
    public override string LazyScores(LayerModel layer) => "logits_TP.softmax(-1)";

    /// <inheritdoc />
    public override void WriteRouting(LayerModel layer, IndentedWriter writer, bool scores)
    {
        var input = WriteInput(layer, writer);
        writer.Line($"var logits_TP = RouterLogits.Linear({input}, router_PD{BiasArgument(layer, "P")});");
        writer.Line("var weights_TP = SoftSlots.Combine(logits_TP, tokens.mask_T);");
    }

    private static Constant Slots(LayerModel layer) => new("P", $"E * {PerExpert(layer)}");

    private static string PerExpert(LayerModel layer) => layer.Gate.Part.Literal("PerExpert");
}
