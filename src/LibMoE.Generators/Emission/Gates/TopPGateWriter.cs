using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary><c>[TopPGate]</c>: the fewest experts whose scores sum to p.</summary>
internal sealed class TopPGateWriter : GateWriter
{
    /// <inheritdoc />
    public override string Kind => "TokenChoice";

    /// <inheritdoc />
    public override IEnumerable<Constant> Constants(LayerModel layer) => [Most(layer)];

    /// <inheritdoc />
    public override string PicksPerToken(LayerModel layer) => "K";

    /// <inheritdoc />
    public override double? WeightSum(LayerModel layer) => layer.Gate.Part.Bool("Normalize") ? 1 : null;

    /// <inheritdoc />
    public override string? Meaning(char letter) => letter == 'K' ? "picks of a token at most, ceil(p·E)" : null;

    /// <inheritdoc />
    public override bool NeedsScores(LayerModel layer) => true;

    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer) =>
        [new("router.weight", "router_ED", "E, D", Std(layer)) { Router = true }, .. BiasRow(layer)];

    /// <inheritdoc />
    public override IEnumerable<Formula> Formulas(LayerModel layer)
    {
        yield return new("gate", $"l = x·Wᵀ{BiasTerm(layer)},  s = softmax(l)");
        yield return new("", $"I = the fewest experts of largest s with Σ_I s ≥ {Text.Number(Sum(layer))}");
        yield return new("weights", layer.Gate.Part.Bool("Normalize") ? "w_i = s_i / Σ_{j∈I} s_j for i ∈ I" : "w_i = s_i for i ∈ I");
    }

    /// <inheritdoc />
    public override void WriteRouting(LayerModel layer, IndentedWriter writer, bool scores)
    {
        var input = WriteInput(layer, writer);
        writer.Line($"var logits_TE = RouterLogits.Linear({input}, router_ED{BiasArgument(layer)});");
        writer.Line("var scores_TE = logits_TE.softmax(-1);");
        writer.Line();
        writer.Line("// Picks: the largest scores of each token until they sum to p, best first.");
        writer.Line($"var experts_TK = Picking.SummingTo(scores_TE, {Text.Double(Sum(layer))}, K, tokens.mask_T);");
        var rule = layer.Gate.Part.Bool("Normalize") ? "SoftmaxOverPicks(logits_TE" : "Plain(scores_TE";
        writer.Line($"Tensor Weigh(Tensor picks_TK) => CombineWeights.{rule}, picks_TK);");
        writer.Line("var weights_TK = Weigh(experts_TK);");
    }

    /// <inheritdoc />
    public override IEnumerable<(string Key, string Expression)> OwnLosses(LayerModel layer)
    {
        if (Entropy(layer) > 0)
        {
            yield return (
                "TopPGate", $"BalanceTerms.Weighted(BalanceTerms.TokenEntropy(logits_TE, tokens.mask_T), {Text.Double(-Entropy(layer))})");
        }
    }

    /// <inheritdoc />
    public override IEnumerable<(string Key, string Formula)> OwnLossFormulas(LayerModel layer)
    {
        if (Entropy(layer) > 0)
        {
            yield return ("TopPGate", $"{Text.Number(Entropy(layer))}·mean_t −Σ_e s·ln s");
        }
    }

    private static double Sum(LayerModel layer) => layer.Gate.Part.Double("P");

    private static double Entropy(LayerModel layer) => layer.Gate.Part.Double("Entropy");

    /// <summary>No distribution needs more: the m largest of E shares sum to m/E at least.</summary>
    private static Constant Most(LayerModel layer) => Constant.Of(
        "K", Math.Max(1, (int)Math.Ceiling((decimal)Sum(layer) * layer.Slots)));
}
