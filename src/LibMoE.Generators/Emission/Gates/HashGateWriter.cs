using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary><c>[HashGate]</c>: experts by a fixed hash, or by a table; weights 1/K, or learned.</summary>
internal sealed class HashGateWriter : GateWriter
{
    private const string ScoresOfLogits = "SqrtSoftplus.Scores(logits_TE)";

    /// <inheritdoc />
    public override string Kind => "Hash";

    /// <inheritdoc />
    public override IEnumerable<Constant> Constants(LayerModel layer) =>
        HasTable(layer) && Rows(layer) > 0 ? [TopK(layer), Vocabulary(layer)] : [TopK(layer)];

    /// <inheritdoc />
    public override IEnumerable<(string Name, string Source)> ModelWidths(LayerModel layer) =>
        HasTable(layer) && Rows(layer) == 0 ? [("V", "shape.Vocabulary")] : [];

    /// <inheritdoc />
    public override string PicksPerToken(LayerModel layer) => "K";

    /// <inheritdoc />
    public override double? WeightSum(LayerModel layer) => IsLearned(layer) ? layer.Gate.Part.Double("Scale") : 1;

    /// <inheritdoc />
    public override bool ScoresAreShares => false;

    /// <inheritdoc />
    public override bool HasLogits(LayerModel layer) => IsLearned(layer);

    /// <inheritdoc />
    public override string? LazyScores(LayerModel layer) => IsLearned(layer) ? ScoresOfLogits : null;

    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer)
    {
        if (IsLearned(layer))
        {
            yield return new("router.weight", "router_ED", "E, D", Std(layer)) { Router = true };
        }

        if (HasTable(layer))
        {
            var rows = Rows(layer) > 0 ? Vocabulary(layer).In(layer) : "V";
            yield return new("router.table", "table_VK", $"{rows}, {TopK(layer).In(layer)}", "") { Router = true, Buffer = true };
        }
    }

    /// <inheritdoc />
    public override IEnumerable<string> Start(LayerModel layer) =>
        HasTable(layer) ? [$"HashPicks.Fill(table_VK, E, seed: {layer.Gate.Part.Literal("Seed")});"] : [];

    /// <inheritdoc />
    public override IEnumerable<Formula> Formulas(LayerModel layer)
    {
        var picks = $"I = the K = {layer.Gate.Part.Int("TopK")} experts that ";
        yield return new("gate", picks + (HasTable(layer)
            ? "a stored table has in the row of the token id (or of the position, without ids)"
            : "a fixed hash gives the token id (or the position, without ids)"));
        if (IsLearned(layer))
        {
            yield return new("", "l = x·Wᵀ,  s = √softplus(l)");
        }

        var scale = layer.Gate.Part.Double("Scale") == 1 ? "" : Text.Number(layer.Gate.Part.Double("Scale")) + "·";
        yield return new("weights", IsLearned(layer) ? $"w_i = {scale}s_i / Σ_{{j∈I}} s_j for i ∈ I" : "w_i = 1/K for i ∈ I");
    }

    /// <inheritdoc />
    public override void WriteRouting(LayerModel layer, IndentedWriter writer, bool scores)
    {
        if (IsLearned(layer))
        {
            writer.Line("var logits_TE = RouterLogits.Linear(x_TD, router_ED);");
            if (scores)
            {
                writer.Line($"var scores_TE = {ScoresOfLogits};");
            }

            writer.Line();
        }

        var how = HasTable(layer) ? "the token ids' rows of the table" : "by a fixed hash";
        writer.Line(IsLearned(layer) ? $"// Picks: {how}; weights are learned." : $"// Picks: {how}; nothing is learned.");
        writer.Line(HasTable(layer)
            ? "var experts_TK = HashPicks.Read(table_VK, context.TokenIds, tokens);"
            : $"var experts_TK = HashPicks.Of(context.TokenIds, tokens, K, E, seed: {layer.Gate.Part.Literal("Seed")});");
        var scale = layer.Gate.Part.Double("Scale") == 1 ? "" : ", " + Text.Double(layer.Gate.Part.Double("Scale"));
        writer.Line(IsLearned(layer)
            ? $"Tensor Weigh(Tensor picks_TK) => CombineWeights.SqrtSoftplusOverPicks(logits_TE, picks_TK{scale});"
            : "Tensor Weigh(Tensor picks_TK) => CombineWeights.Constant(picks_TK, 1.0 / K, Shape.RouterDType);");
        writer.Line("var weights_TK = Weigh(experts_TK);");
    }

    private static bool HasTable(LayerModel layer) => layer.Gate.Part.Bool("Table");

    private static bool IsLearned(LayerModel layer) => layer.Gate.Part.Bool("Learned");

    private static int Rows(LayerModel layer) => layer.Gate.Part.Int("Vocabulary");

    private static Constant Vocabulary(LayerModel layer) => Constant.Of("V", Rows(layer));
}
