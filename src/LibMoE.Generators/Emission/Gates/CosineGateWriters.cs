using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary><c>[CosineGate]</c>: l = cos(x, w_e)/τ.</summary>
internal sealed class CosineGateWriter : TokenChoiceWriter
{
    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer)
    {
        yield return new("router.weight", "router_ED", "E, D", Std(layer)) { Router = true };
        foreach (var row in BiasRow(layer))
        {
            yield return row;
        }

        if (layer.Gate.Part.Bool("LearnTemperature"))
        {
            yield return new("router.temperature", "temperature_1", "1",
                "Value: " + Text.Double(layer.Gate.Part.Double("Temperature")))
            { Router = true };
        }
    }

    /// <inheritdoc />
    protected override string LogitsFormula(LayerModel layer) => $"l = cos(x, w_e)/{Temperature(layer, "τ")}{BiasTerm(layer)}";

    /// <inheritdoc />
    protected override void WriteLogits(LayerModel layer, IndentedWriter writer, string input)
    {
        var temperature = layer.Gate.Part.Bool("LearnTemperature") ? "temperature_1" : Text.Double(layer.Gate.Part.Double("Temperature"));
        writer.Line($"var logits_TE = RouterLogits.Cosine({input}, router_ED, {temperature}{BiasArgument(layer)});");
    }

    private static string Temperature(LayerModel layer, string learned) =>
        layer.Gate.Part.Bool("LearnTemperature") ? learned : Text.Number(layer.Gate.Part.Double("Temperature"));
}

/// <summary><c>[PerturbedCosineGate]</c>: l = ⟨x, w_e⟩ / ((‖x‖+θ)(‖w_e‖+θ)).</summary>
internal sealed class PerturbedCosineGateWriter : TokenChoiceWriter
{
    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer) =>
        [new("router.weight", "router_ED", "E, D", Std(layer)) { Router = true }, .. BiasRow(layer)];

    /// <inheritdoc />
    protected override string LogitsFormula(LayerModel layer)
    {
        var noise = Text.Number(layer.Gate.Part.Double("Noise"));
        return $"l = ⟨x, w_e⟩ / ((‖x‖+{noise})·(‖w_e‖+{noise})){BiasTerm(layer)}";
    }

    /// <inheritdoc />
    protected override void WriteLogits(LayerModel layer, IndentedWriter writer, string input) =>
        writer.Line($"var logits_TE = RouterLogits.PerturbedCosine({input}, router_ED, {Text.Double(layer.Gate.Part.Double("Noise"))}"
            + $"{BiasArgument(layer)});");
}

/// <summary><c>[XMoeGate]</c>: cosine to expert vectors of norm 1.5 in a low-rank space.</summary>
internal sealed class XMoeGateWriter : TokenChoiceWriter
{
    /// <inheritdoc />
    public override IEnumerable<Constant> Constants(LayerModel layer) => [TopK(layer), Rank(layer)];

    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer)
    {
        var rank = Rank(layer).In(layer);
        return
        [
            new("router.projection", "projection_RD", $"{rank}, D", Std(layer)) { Router = true },
            new("router.weight", "router_ER", $"E, {rank}", Std(layer)) { Router = true },
            .. BiasRow(layer),
        ];
    }

    /// <inheritdoc />
    protected override string LogitsFormula(LayerModel layer) =>
        $"z = x·Pᵀ,  l = ⟨z/‖z‖, 1.5·v_e/‖v_e‖⟩/{Text.Number(layer.Gate.Part.Double("Temperature"))}{BiasTerm(layer)}";

    /// <inheritdoc />
    protected override void WriteLogits(LayerModel layer, IndentedWriter writer, string input) =>
        writer.Line($"var logits_TE = RouterLogits.XMoe({input}, projection_RD, router_ER, "
            + $"{Text.Double(layer.Gate.Part.Double("Temperature"))}{BiasArgument(layer)});");

    private static Constant Rank(LayerModel layer) => Constant.Of("R", layer.Gate.Part.Int("Projection"));
}
