using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary><c>[ThresholdGate]</c>: every expert whose score is above its own learned threshold.</summary>
internal sealed class ThresholdGateWriter : GateWriter
{
    /// <inheritdoc />
    public override string Kind => "TokenChoice";

    /// <inheritdoc />
    public override string PicksPerToken(LayerModel layer) => "E";

    /// <inheritdoc />
    public override string? Meaning(char letter) => letter == 'K' ? "slots for the picks of a token, as many as E" : null;

    /// <inheritdoc />
    public override bool ScoresAreShares => false;

    /// <inheritdoc />
    public override bool NeedsScores(LayerModel layer) => true;

    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer) =>
    [
        new("router.weight", "router_ED", "E, D", Std(layer)) { Router = true },
        .. BiasRow(layer),
        new("router.threshold", "threshold_E", "E", "") { Router = true },
        new("router.temperature", "temperature_1", "1", "") { Router = true },
    ];

    /// <inheritdoc />
    public override IEnumerable<Formula> Formulas(LayerModel layer)
    {
        yield return new("gate", $"l = τ·cos(x, w_e){BiasTerm(layer)},  τ = exp(min(t, ln 100)),  s = sigmoid(l)");
        yield return new(
            "", "I = the experts of s_e > sigmoid(τ·g_e), g learned; where there is none, none in training, that of largest s otherwise");
        yield return new("weights", "w_i = 1/|I| for i ∈ I, with the gradient of (s_i − sigmoid(τ·g_i))/|I|");
    }

    /// <inheritdoc />
    public override void WriteRouting(LayerModel layer, IndentedWriter writer, bool scores)
    {
        var input = WriteInput(layer, writer);
        writer.Line("var tau_1 = Thresholds.Temperature(temperature_1);");
        writer.Line($"var logits_TE = Thresholds.Logits({input}, router_ED, tau_1{BiasArgument(layer)});");
        writer.Line("var scores_TE = logits_TE.sigmoid();");
        writer.Line("var margins_TE = Thresholds.Margins(scores_TE, threshold_E, tau_1);");
        writer.Line();
        writer.Line("// Picks: every positive margin, in E slots of descending margin; in evaluation the best of a token without one.");
        writer.Line("var experts_TK = Thresholds.Picks(scores_TE, margins_TE, training, tokens.mask_T);");
        writer.Line("Tensor Weigh(Tensor picks_TK) => Thresholds.Weights(margins_TE, picks_TK);");
        writer.Line("var weights_TK = Weigh(experts_TK);");
    }
}
