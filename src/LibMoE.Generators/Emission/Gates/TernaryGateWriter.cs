using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary><c>[TernaryGate]</c>: experts with sign +1 or −1, and null slots.</summary>
internal sealed class TernaryGateWriter : GateWriter
{
    /// <inheritdoc />
    public override string Kind => "Ternary";

    /// <inheritdoc />
    public override IEnumerable<Constant> Constants(LayerModel layer) => [TopK(layer), Slots];

    /// <inheritdoc />
    public override string PicksPerToken(LayerModel layer) => "K";

    /// <inheritdoc />
    public override TensorNames Names => new("logits_TQ", "scores_TQ");

    /// <inheritdoc />
    public override bool ScoresAreShares => false;

    /// <inheritdoc />
    public override string Shares => "TernarySlots.Shares(scores_TQ, E)";

    /// <inheritdoc />
    public override bool NeedsScores(LayerModel layer) => true;

    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer) =>
    [
        new("router.weight", "router_QD", $"{Slots.In(layer)}, D", Std(layer)) { Router = true },
        .. BiasRow(layer, "Q", Slots.In(layer)),
    ];

    /// <inheritdoc />
    public override IEnumerable<Formula> Formulas(LayerModel layer)
    {
        var k = layer.Gate.Part.Int("TopK");
        yield return new("gate",
            $"l = x·Wᵀ{BiasTerm(layer)} over 2E + K slots (E of sign +1; E of sign −1, 1 lower; K null, 10 lower),  p = softmax(l)");
        yield return new("", $"I = the K = {k} slots of largest p");
        yield return new("weights", "w_i = sign_i·p_i / (Σ p of picked non-null slots + Σ p of all null slots); 0 for null"
            + (layer.Gate.Part.Double("Scale") == 1 ? "" : $";  times {Text.Number(layer.Gate.Part.Double("Scale"))}"));
    }

    /// <inheritdoc />
    public override void WriteRouting(LayerModel layer, IndentedWriter writer, bool scores)
    {
        var input = WriteInput(layer, writer);
        var scale = layer.Gate.Part.Double("Scale") == 1 ? "" : $", {Text.Double(layer.Gate.Part.Double("Scale"))}";
        writer.Line($"var logits_TQ = TernarySlots.Lower(RouterLogits.Linear({input}, router_QD{BiasArgument(layer, "Q")}), E);");
        writer.Line("var scores_TQ = logits_TQ.softmax(-1);");
        writer.Line();
        writer.Line("// Picks: the K largest of Q slots; slot e is expert e, slot E + e is expert e with sign −1, the rest is no expert.");
        writer.Line("var slots_TK = Picking.Largest(logits_TQ, K, tokens.mask_T);");
        writer.Line("var experts_TK = TernarySlots.Experts(slots_TK, E);");
        const string Slots = "TernarySlots.Strongest(scores_TQ, picks_TK, E)";
        writer.Line($"Tensor Weigh(Tensor picks_TK) => TernarySlots.Weights(scores_TQ, {Slots}, E{scale});");
        writer.Line($"var weights_TK = TernarySlots.Weights(scores_TQ, slots_TK, E{scale});");
    }

    /// <inheritdoc />
    public override IEnumerable<(string Key, string Expression)> OwnLosses(LayerModel layer)
    {
        var reward = Text.Double(-layer.Gate.Part.Double("Reward"));
        yield return ("TernaryGate", $"BalanceTerms.Weighted(TernarySlots.NullMass(scores_TQ, E, tokens.mask_T), {reward})");
    }

    /// <inheritdoc />
    public override IEnumerable<(string Key, string Formula)> OwnLossFormulas(LayerModel layer)
    {
        yield return ("TernaryGate", $"{Text.Number(-layer.Gate.Part.Double("Reward"))}·mean_t Σ p of null slots");
    }

    private static Constant Slots { get; } = new("Q", "2 * E + K");
}
