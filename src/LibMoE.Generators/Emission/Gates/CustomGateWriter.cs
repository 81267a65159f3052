using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>A gate that the user wrote: a router module makes logits and scores, the layer picks.</summary>
internal sealed class CustomGateWriter : TokenChoiceWriter
{
    /// <summary>The field with the attribute; a router takes its options from it.</summary>
    public const string Attribute = "DeclaredGate";

    /// <inheritdoc />
    public override bool ScoresAreShares => false;

    /// <inheritdoc />
    protected override string Scores => "routed.Scores_TE";

    /// <inheritdoc />
    protected override bool LogitsRankAsScores => false;

    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer) => [];

    /// <inheritdoc />
    public override IEnumerable<string> CustomSpecs(LayerModel layer)
    {
        yield return $"RouterModules.Specs(\"router.\", shape, place => {layer.Gate.Implementation}.Create(place, {Attribute}), E)";
    }

    /// <inheritdoc />
    public override IEnumerable<(string Type, string Field, string Name, string Create)> CustomModules(LayerModel layer)
    {
        yield return (layer.Gate.Implementation!, "router", "router",
            $"{layer.Gate.Implementation}.Create(RouterModules.Place(\"router.\", shape, E), {Attribute})");
    }

    /// <inheritdoc />
    protected override string LogitsFormula(LayerModel layer) =>
        layer.Gate.Description ?? $"l and s by {layer.Gate.Implementation!.Replace("global::", "")}";

    /// <inheritdoc />
    protected override string RouterFormula(LayerModel layer) => LogitsFormula(layer);

    /// <inheritdoc />
    protected override void WriteLogits(LayerModel layer, IndentedWriter writer, string input)
    {
        writer.Line($"var routed = router.Route({input});");
        writer.Line("var logits_TE = routed.Logits_TE;");
    }

    /// <inheritdoc />
    public override IEnumerable<string> OwnAttribute(LayerModel layer)
    {
        yield return $"private static readonly {layer.Gate.Part.TypeName} {Attribute} = {DeclarationWriter.Recreate(layer.Gate.Part)};";
    }

    /// <inheritdoc />
    public override string RoutesTokensAlone(LayerModel layer) => Attribute + ".RoutesTokensAlone";
}
