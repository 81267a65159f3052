using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>A group of FFN experts: its parameters, its formula and its call.</summary>
/// <param name="Model">The group.</param>
/// <param name="Slots">Its numbers.</param>
internal sealed record FeedForwardGroup(ExpertGroupModel Model, GroupSlots Slots)
{
    /// <summary>How the matrices into the hidden width start.</summary>
    public const string InStd = "Std: 0.02";

    /// <summary>How the matrices out of the hidden width start.</summary>
    public const string OutStd = "Std: 0.02 / Math.Sqrt(2.0 * shape.Layers)";

    private LatentSpace Space => Slots.Space;

    private FeedForwardKind Kind => FeedForwardKind.Of(Model.Kind);

    private string Prefix => Slots.Index is { } index ? $"experts.{index}." : "experts.";

    private string Up => (Kind.Gated ? "gateUp" : "up") + Slots.Suffix + $"_F{Space.Letter}{Kind.UpLetter}";

    private string Down => "down" + Slots.Suffix + "_FH" + Space.Letter;

    private string UpBias => "upBias" + Slots.Suffix + "_F" + Kind.UpLetter;

    private string DownBias => "downBias" + Slots.Suffix + "_F" + Space.Letter;

    private bool Bias => Model.Part.Bool("Bias");

    /// <summary>The field with the options of SwiGLU, and their source; null where the form is plain.</summary>
    public (string Field, string Source)? Glu =>
        FeedForwardKind.Options(Model.Part) is { } source ? ("swiGlu" + Slots.Suffix, source) : null;

    /// <summary>The rows of the parameter table.</summary>
    public IEnumerable<ParameterRow> Parameters()
    {
        var hidden = Slots.Hidden ?? "H";
        var wide = Kind.Gated ? $"2 * {hidden}" : hidden;
        yield return new(Prefix + (Kind.Gated ? "gate_up" : "up"), Up, $"{Slots.Count}, {Space.Width}, {wide}", InStd);
        yield return new(Prefix + "down", Down, $"{Slots.Count}, {hidden}, {Space.Width}", OutStd);
        if (Bias)
        {
            yield return new(Prefix + "up_bias", UpBias, $"{Slots.Count}, {wide}", "") { Matrix = false };
            yield return new(Prefix + "down_bias", DownBias, $"{Slots.Count}, {Space.Width}", "") { Matrix = false };
        }
    }

    /// <summary>The line of the description.</summary>
    public Formula Formula() =>
        new("experts",
            $"{Text.Count(Model.Count, Kind.Title + " expert")} of hidden width {Width(Model)}:  "
            + $"f_e({Space.Symbol}) = {Kind.FormulaWith("_e", Model.Part, Space.Symbol)}");

    /// <summary>"352", or "H (the model's)".</summary>
    public static string Width(ExpertGroupModel model) => model.Hidden == 0 ? "H (the model's)" : Text.Integer(model.Hidden);

    /// <summary>The weighted sum over the picks of this group, [T, D], or [T, L] in a latent space.</summary>
    /// <param name="plan">The plan of the picks.</param>
    /// <param name="beside">The function of what is added to it, which is computed while rows travel; null for nothing.</param>
    public string Sum(string plan, string? beside = null) =>
        $"RoutedExperts.Run(Activation.{Model.Kind}, {Space.Input}, {plan}, weights_TK, {Tail()}"
            + $"{(beside is null ? "" : $", beside: {beside}")})";

    /// <summary>Each pick's own output, [T, K, D].</summary>
    public string PerPick(string plan) => $"RoutedExperts.PerPick(Activation.{Model.Kind}, {Space.Input}, {plan}, {Tail()})";

    /// <summary>The outputs of rows that are ordered by expert, as many for each.</summary>
    public string Rows(string rows, string perExpert) =>
        $"RoutedExperts.Rows(Activation.{Model.Kind}, {rows}, SoftSlots.Counts({Slots.Count}, {perExpert}), {Tail(first: false)})";

    private string Tail(bool first = true)
    {
        var biases = Bias ? $", {UpBias}, {DownBias}" : "";
        var start = first && Slots.Index > 0 ? $", first: {Slots.First}" : "";
        return $"{Up}, {Down}{biases}{start}, compute: Shape.Compute{(Glu is null ? "" : ", glu: " + Glu.Value.Field)}, "
            + "placement: Placement";
    }
}
