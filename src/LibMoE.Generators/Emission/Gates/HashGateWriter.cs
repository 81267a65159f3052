using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary><c>[HashGate]</c>: experts by a fixed hash.</summary>
internal sealed class HashGateWriter : GateWriter
{
    /// <inheritdoc />
    public override string Kind => "Hash";

    /// <inheritdoc />
    public override IEnumerable<Constant> Constants(LayerModel layer) => [TopK(layer)];

    /// <inheritdoc />
    public override string PicksPerToken(LayerModel layer) => "K";

    /// <inheritdoc />
    public override double? WeightSum(LayerModel layer) => 1;

    /// <inheritdoc />
    public override bool HasLogits => false;

    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer) => [];

    /// <inheritdoc />
    public override IEnumerable<Formula> Formulas(LayerModel layer)
    {
        yield return new("gate",
            $"I = the K = {layer.Gate.Part.Int("TopK")} experts that a fixed hash gives the token id (or the position, without ids)");
        yield return new("weights", "w_i = 1/K for i ∈ I");
    }

    /// <inheritdoc />
    public override void WriteRouting(LayerModel layer, IndentedWriter writer, bool scores)
    {
        writer.Line("// Picks: by a fixed hash; nothing is learned.");
        writer.Line($"var experts_TK = HashPicks.Of(context.TokenIds, tokens, K, E, seed: {layer.Gate.Part.Literal("Seed")});");
        writer.Line("Tensor Weigh(Tensor picks_TK) => CombineWeights.Constant(picks_TK, 1.0 / K, Shape.RouterDType);");
        writer.Line("var weights_TK = Weigh(experts_TK);");
    }
}
