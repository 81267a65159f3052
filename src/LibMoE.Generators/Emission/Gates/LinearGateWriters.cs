using LibMoE.Generators.Helpers;
using LibMoE.Generators.Known;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary><c>[SoftmaxGate]</c>: s = softmax(x·Wᵀ).</summary>
internal class SoftmaxGateWriter : TokenChoiceWriter
{
    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer)
    {
        yield return new("router.weight", "router_ED", "E, D", Std(layer)) { Router = true };
        foreach (var row in BiasRow(layer))
        {
            yield return row;
        }

        if (SharedGroup.InRouterSum(layer) is { } shared)
        {
            yield return new("router.shared", "routerShared_JD", $"{shared.Count}, D", Std(layer)) { Router = true };
        }

        if (HasExpertScale(layer))
        {
            yield return new("router.expert_scale", ExpertScale, "E", "Value: 1.0") { Router = true };
        }
    }

    /// <inheritdoc />
    protected override string LogitsFormula(LayerModel layer)
    {
        var (linear, cap) = ("x·Wᵀ" + BiasTerm(layer), Text.Number(GateOptions.Number(layer, "LogitCap")));
        return cap == "0" ? "l = " + linear : $"l = {cap}·tanh({(BiasTerm(layer).Length > 0 ? $"({linear})" : linear)}/{cap})";
    }

    /// <inheritdoc />
    protected override void WriteLogits(LayerModel layer, IndentedWriter writer, string input)
    {
        var cap = GateOptions.Number(layer, "LogitCap");
        writer.Line($"var logits_TE = {Capped($"RouterLogits.Linear({input}, router_ED{BiasArgument(layer)})")};");
        if (SharedGroup.InRouterSum(layer) is not null)
        {
            writer.Line($"var sharedLogits_TJ = {Capped($"RouterLogits.Linear({input}, routerShared_JD)")};");
        }

        string Capped(string linear) => cap == 0 ? linear : $"RouterLogits.Capped({linear}, {Text.Double(cap)})";
    }
}

/// <summary><c>[SigmoidGate]</c>: s = sigmoid(x·Wᵀ).</summary>
internal sealed class SigmoidGateWriter : SoftmaxGateWriter
{
    /// <inheritdoc />
    public override bool ScoresAreShares => false;

    /// <inheritdoc />
    protected override string Scores => "logits_TE.sigmoid()";

    /// <inheritdoc />
    protected override string ScoresFormula => "s = sigmoid(l)";

    /// <inheritdoc />
    protected override string OverPicks => "SigmoidOverPicks";

    /// <inheritdoc />
    protected override string GroupValue => "TwoLargest";
}

/// <summary><c>[SqrtSoftplusGate]</c>: s = √softplus(x·Wᵀ).</summary>
internal sealed class SqrtSoftplusGateWriter : SoftmaxGateWriter
{
    /// <inheritdoc />
    public override bool ScoresAreShares => false;

    /// <inheritdoc />
    protected override string Scores => "SqrtSoftplus.Scores(logits_TE)";

    /// <inheritdoc />
    protected override string ScoresFormula => "s = √softplus(l)";

    /// <inheritdoc />
    protected override string OverPicks => "SqrtSoftplusOverPicks";

    /// <inheritdoc />
    protected override string GroupValue => "TwoLargest";
}

/// <summary><c>[ResidualGate]</c>: l_j = x·Wᵀ + l_{j−1}·Rᵀ.</summary>
internal sealed class ResidualGateWriter : TokenChoiceWriter
{
    /// <inheritdoc />
    public override bool ReadsPreviousLogits => true;

    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer) =>
    [
        new("router.weight", "router_ED", "E, D", Std(layer)) { Router = true },
        .. BiasRow(layer),
        new("router.residual", "residual_EE", "E, E", Std(layer)) { Router = true },
    ];

    /// <inheritdoc />
    protected override string LogitsFormula(LayerModel layer) =>
        $"l = x·Wᵀ{BiasTerm(layer)} + l_previous·Rᵀ (no last term in the first MoE layer)";

    /// <inheritdoc />
    protected override void WriteLogits(LayerModel layer, IndentedWriter writer, string input) =>
        writer.Line(
            $"var logits_TE = RouterLogits.Residual({input}, router_ED, residual_EE, context.PreviousLogits{BiasArgument(layer)});");
}
