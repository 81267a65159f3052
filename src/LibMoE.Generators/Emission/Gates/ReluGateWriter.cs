using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary><c>[ReluGate]</c>: every expert with a positive logit, steered to a target sparsity.</summary>
internal sealed class ReluGateWriter : GateWriter
{
    /// <inheritdoc />
    public override string Kind => "TokenChoice";

    /// <inheritdoc />
    public override string PicksPerToken(LayerModel layer) => $"E * (1 - {Text.Double(layer.Gate.Part.Double("Target"))})";

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
        new("router.l1", "l1_1", "1", "Value: ReluSparsity.Start") { Router = true, Buffer = true },
    ];

    /// <inheritdoc />
    public override IEnumerable<Formula> Formulas(LayerModel layer)
    {
        yield return new("gate", $"l = x·Wᵀ{BiasTerm(layer)},  s = relu(l);  I = all experts of positive s");
        yield return new("weights", "w_i = s_i for i ∈ I");
    }

    /// <inheritdoc />
    public override void WriteRouting(LayerModel layer, IndentedWriter writer, bool scores)
    {
        var input = WriteInput(layer, writer);
        writer.Line($"var logits_TE = RouterLogits.Linear({input}, router_ED{BiasArgument(layer)});");
        writer.Line("var scores_TE = nn.functional.relu(logits_TE);");
        writer.Line();
        writer.Line("// Picks: every positive score, in E slots of descending weight.");
        writer.Line("var experts_TK = Picking.Positive(scores_TE, tokens.mask_T);");
        writer.Line("Tensor Weigh(Tensor picks_TK) => CombineWeights.Plain(scores_TE, picks_TK);");
        writer.Line("var weights_TK = Weigh(experts_TK);");
    }

    /// <inheritdoc />
    public override IEnumerable<(string Key, string Expression)> OwnLosses(LayerModel layer)
    {
        yield return ("ReluGate", "BalanceTerms.Activity(scores_TE, tokens.mask_T) * l1_1.sum()");
    }

    /// <inheritdoc />
    public override IEnumerable<(string Key, string Formula)> OwnLossFormulas(LayerModel layer)
    {
        var target = Text.Number(layer.Gate.Part.Double("Target"));
        yield return ("ReluGate", $"λ·mean_t Σ_e s_e,  λ steered after each optimiser step until the inactive fraction is {target}");
    }

    /// <inheritdoc />
    public override IEnumerable<string> AfterStep(LayerModel layer)
    {
        yield return $"ReluSparsity.Steer(l1_1, picks_E, tokens, target: {Text.Double(layer.Gate.Part.Double("Target"))});";
    }
}
