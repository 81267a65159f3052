using LibMoE.Generators.Helpers;
using LibMoE.Generators.Known;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>What all gates share by which every token picks its K best experts.</summary>
internal abstract class TokenChoiceWriter : GateWriter
{
    private const string Softmax = "logits_TE.softmax(-1)";

    private static readonly Dictionary<string, string> ValueFormulas = new()
    {
        ["Largest"] = "by the largest",
        ["TopTwo"] = "by the sum of the two largest",
        ["TwoLargest"] = "by the sum of the two largest",
        ["Sum"] = "by their sum",
    };

    /// <summary>How the scores follow from the logits.</summary>
    protected virtual string Scores => Softmax;

    /// <summary>The same as a formula.</summary>
    protected virtual string ScoresFormula => "s = softmax(l)";

    /// <summary>Whether larger logits mean larger scores, so that picks can be made on logits.</summary>
    protected virtual bool LogitsRankAsScores => true;

    /// <summary>How a group of experts is valued where the declaration does not say.</summary>
    protected virtual string GroupValue => "Largest";

    /// <summary>The function from logits to normalised weights, which does without the scores; null where there is none.</summary>
    protected virtual string? OverPicks => Scores == Softmax ? "SoftmaxOverPicks" : null;

    /// <summary>The logits' formula.</summary>
    protected abstract string LogitsFormula(LayerModel layer);

    /// <summary>What the router makes of a token.</summary>
    protected virtual string RouterFormula(LayerModel layer) => $"{LogitsFormula(layer)},  {ScoresFormula}";

    /// <summary>Writes <c>logits_TE</c> from the router's input.</summary>
    protected abstract void WriteLogits(LayerModel layer, IndentedWriter writer, string input);

    /// <inheritdoc />
    public override string Kind => "TokenChoice";

    /// <inheritdoc />
    public override IEnumerable<Constant> Constants(LayerModel layer) => [TopK(layer)];

    /// <inheritdoc />
    public override string PicksPerToken(LayerModel layer) => "K";

    /// <inheritdoc />
    public override double? WeightSum(LayerModel layer) =>
        layer.Gate.Part.Bool("Normalize") && !DependsOnToken(layer)
            ? layer.Gate.Part.Double("Scale")
            : null;

    /// <inheritdoc />
    public override bool NeedsScores(LayerModel layer) => SelectsByScores(layer) || !WeighsByLogits(layer) && !IsConstant(layer);

    /// <inheritdoc />
    public override string LazyScores(LayerModel layer) => Scores;

    /// <inheritdoc />
    public override IEnumerable<Formula> Formulas(LayerModel layer)
    {
        var gate = layer.Gate.Part;
        yield return new("gate", RouterFormula(layer));
        var selection = ScoreBias.IsOnLogits(layer) ? "l + b" : HasScoreBias(layer) ? "s + b"
            : GateOptions.Has(layer, "Sinkhorn") ? "s, in training of exp(l) with even sums over tokens and experts"
            : "s";
        var groups = !HasGroups(layer) ? ""
            : PicksPerGroup(layer) > 0 ? $", {PicksPerGroup(layer)} in each of {gate.Int("Groups")} groups"
            : $" within the best {gate.Int("TopGroups")} of {gate.Int("Groups")} groups ({ValueFormulas[ValueOf(layer)]})"
                + (GateOptions.Has(layer, "MaskByZero") ? ", 0 for the others" : "");
        yield return new(
            "", $"I = the K = {gate.Int("TopK")} {(gate.Int("TopK") == 1 ? "expert" : "experts")} of largest {selection}{groups}");
        var scale = gate.Double("Scale") == 1 ? "" : Text.Number(gate.Double("Scale")) + "·";
        var (learned, where) = HasExpertScale(layer) ? ("a_i·", ",  a learned") : ("", "");
        yield return new("weights", IsConstant(layer)
            ? $"w_i = {Text.Number(gate.Double("Scale"))} for i ∈ I"
            : SharedGroup.InRouterSum(layer) is not null
            ? $"w_i = {learned}{scale}s_i / S for i ∈ I,  v_j = {scale}s_j / S for shared experts j,  S = Σ_{{i∈I}} s_i + Σ_j s_j{where}"
            : gate.Bool("Normalize") && SkipsZero(layer)
            ? $"w_i = {learned}{scale}s_i / Σ s_j over the picks j that are no zero experts; 0 for zero experts{where}"
            : gate.Bool("Normalize") ? $"w_i = {learned}{scale}s_i / Σ_{{j∈I}} s_j for i ∈ I{where}"
            : $"w_i = {learned}{scale}s_i for i ∈ I{where}");
    }

    /// <inheritdoc />
    public override void WriteRouting(LayerModel layer, IndentedWriter writer, bool scores)
    {
        var input = WriteInput(layer, writer);
        WriteLogits(layer, writer, input);
        if (scores)
        {
            writer.Line($"var scores_TE = {Scores};");
        }

        writer.Line();
        WritePicks(layer, writer);
        if (SharedGroup.InRouterSum(layer) is not null)
        {
            var sum = $"RouterSum.{OverPicks}(logits_TE, sharedLogits_TJ, picks_TK{Scale(layer)})";
            writer.Line($"Tensor {WeighAll}(Tensor picks_TK) => {sum};");
        }

        writer.Line($"Tensor Weigh(Tensor picks_TK) => {Weights(layer, scores)};");
        writer.Line(IsConstant(layer)
            ? $"var weights_TK = CombineWeights.Constant(experts_TK, {Text.Double(layer.Gate.Part.Double("Scale"))}, Shape.RouterDType);"
            : "var weights_TK = Weigh(experts_TK);");
    }

    /// <summary>The local function that weighs picks and, behind them, shared experts in one sum.</summary>
    public const string WeighAll = "WeighAll";

    /// <summary>The field of the learned scale of each expert.</summary>
    protected const string ExpertScale = "expertScale_E";

    /// <summary>Whether the weights have a learned scale of each expert.</summary>
    protected static bool HasExpertScale(LayerModel layer) => GateOptions.Has(layer, "ExpertScale");

    private static bool HasGroups(LayerModel layer) => layer.Gate.Part.Has("Groups") && layer.Gate.Part.Int("Groups") > 0;

    private static int PicksPerGroup(LayerModel layer) => layer.Gate.Part.Has("PicksPerGroup") ? layer.Gate.Part.Int("PicksPerGroup") : 0;

    /// <summary>How a group of experts is valued: the member of the runtime's enum.</summary>
    private string ValueOf(LayerModel layer) =>
        !layer.Gate.Part.Has("GroupValue") || layer.Gate.Part.IsDefault("GroupValue")
            ? GroupValue
            : layer.Gate.Part.Literal("GroupValue").Split('.').Last();

    private bool SelectsByScores(LayerModel layer) =>
        !LogitsRankAsScores || HasGroups(layer) || (HasScoreBias(layer) && !ScoreBias.IsOnLogits(layer));

    /// <summary>Whether the sum of normalised weights depends on the token.</summary>
    private static bool DependsOnToken(LayerModel layer) =>
        HasExpertScale(layer) || SkipsZero(layer) || SharedGroup.InRouterSum(layer) is not null;

    private static bool SkipsZero(LayerModel layer) => GateOptions.Has(layer, "SkipZero");

    /// <summary>The picks that are weighed: without those of zero experts where these are left out.</summary>
    public static string Weighed(LayerModel layer, string picks = "picks_TK") => !SkipsZero(layer)
        ? picks
        : new ExpertLayout(layer).ZeroCompute.Where(group => group.Model.Kind == "Zero")
            .Aggregate(picks, (left, group) => $"ZeroCompute.WithoutZero({left}, first: {group.First}, count: {group.Count})");

    /// <summary>A single normalised pick weighs Scale, whatever its score.</summary>
    private static bool IsConstant(LayerModel layer) =>
        layer.Gate.Part.Int("TopK") == 1 && layer.Gate.Part.Bool("Normalize") && !DependsOnToken(layer);

    private bool WeighsByLogits(LayerModel layer) => OverPicks is not null && layer.Gate.Part.Bool("Normalize");

    private void WritePicks(LayerModel layer, IndentedWriter writer)
    {
        if (ScoreBias.Observe(layer) is { } observe)
        {
            writer.Line(observe);
        }

        var gate = layer.Gate.Part;
        var selection = SelectsByScores(layer) ? "scores_TE" : "logits_TE";
        writer.Line(ScoreBias.IsOnLogits(layer)
            ? "// Picks: the K largest biased logits of each token, ties to the lower index."
            : SelectsByScores(layer)
            ? $"// Picks: the K largest {(HasScoreBias(layer) ? "biased scores" : "scores")} of each token, ties to the lower index."
            : "// Picks: the K largest of each token, ties to the lower index. Logits rank as scores do"
                + (GateOptions.Has(layer, "Sinkhorn") ? "; in training they are balanced first." : "."));
        if (HasScoreBias(layer))
        {
            writer.Line($"var selection_TE = LossFree.Selection({selection}, scoreBias_E);");
            selection = "selection_TE";
        }

        if (GateOptions.Has(layer, "Sinkhorn"))
        {
            writer.Line("var balanced_TE = Sinkhorn.Selection(logits_TE, training, tokens.mask_T);");
            selection = "balanced_TE";
        }

        if (layer.ExpertDropout is { } dropout)
        {
            writer.Line(
                $"var remaining_TE = RouterNoise.DropExperts({selection}, {Text.Double(dropout.Double("Probability"))}, training);");
            selection = "remaining_TE";
        }

        if (HasGroups(layer))
        {
            writer.Line(PicksPerGroup(layer) is > 0 and var picks
                ? $"var grouped_TE = Picking.KeepOfEachGroup({selection}, groups: {gate.Int("Groups")}, picks: {picks});"
                : $"var grouped_TE = Picking.KeepGroups({selection}, groups: {gate.Int("Groups")}, "
                    + $"topGroups: {gate.Int("TopGroups")}, GroupValue.{ValueOf(layer)}"
                    + (GateOptions.Has(layer, "MaskByZero") ? ", maskByZero: true);" : ");"));
            selection = "grouped_TE";
        }

        writer.Line($"var experts_TK = Picking.Largest({selection}, K, tokens.mask_T);");
        // A group can hold fewer than K experts that are left, also where a bias of −∞ keeps an expert from being picked.
        if (layer.ExpertDropout is not null || HasGroups(layer))
        {
            writer.Line($"experts_TK = Picking.WithoutRemoved(experts_TK, {selection});");
        }
    }

    /// <summary>The rule for any number of picks; a layer that normalises a single one needs it only where its
    /// picks are replaced.</summary>
    private string Weights(LayerModel layer, bool scores) => HasExpertScale(layer)
        ? $"CombineWeights.OfExperts({ScoreWeights(layer, scores)}, picks_TK, {ExpertScale})"
        : ScoreWeights(layer, scores);

    private static string Scale(LayerModel layer) =>
        layer.Gate.Part.Double("Scale") == 1 ? "" : ", " + Text.Double(layer.Gate.Part.Double("Scale"));

    private string ScoreWeights(LayerModel layer, bool scores)
    {
        var (gate, scale, picks) = (layer.Gate.Part, Scale(layer), Weighed(layer));
        if (SharedGroup.InRouterSum(layer) is not null)
        {
            return $"{WeighAll}({picks}).narrow(1, 0, picks_TK.shape[1])";
        }

        if (!gate.Bool("Normalize"))
        {
            return $"CombineWeights.Plain(scores_TE, {picks}{scale})";
        }

        return OverPicks is not null
            ? $"CombineWeights.{OverPicks}(logits_TE, {picks}{scale})"
            : $"CombineWeights.Normalized({(scores ? "scores_TE" : Scores)}, {picks}{scale})";
    }
}
