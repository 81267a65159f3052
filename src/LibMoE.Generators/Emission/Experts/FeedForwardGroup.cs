using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>A group of FFN experts: its parameters, its formula and its call.</summary>
/// <param name="Model">The group.</param>
/// <param name="First">Its first routable slot.</param>
/// <param name="Index">Its place among several FFN groups, or null for the only one.</param>
internal sealed record FeedForwardGroup(ExpertGroupModel Model, int First, int? Index)
{
    private const string InStd = "Std: 0.02";
    private const string OutStd = "Std: 0.02 / Math.Sqrt(2.0 * shape.Layers)";

    private FeedForwardKind Kind => FeedForwardKind.Of(Model.Kind);

    private string Prefix => Index is { } index ? $"experts.{index}." : "experts.";

    private string Suffix => Index?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "";

    private string Up => (Kind.Gated ? "gateUp" : "up") + Suffix + "_FDH";

    private string Down => "down" + Suffix + "_FHD";

    private bool Bias => Model.Part.Bool("Bias");

    /// <summary>The hidden width as C# source, with a shape in scope.</summary>
    private string Hidden => Model.Hidden == 0 ? "shape.Hidden" : Model.Part.Literal("Hidden");

    /// <summary>The rows of the parameter table.</summary>
    public IEnumerable<ParameterRow> Parameters()
    {
        var wide = Kind.Gated ? $"2 * {Hidden}" : Hidden;
        yield return new(Prefix + (Kind.Gated ? "gate_up" : "up"), Up, $"{Model.Count}, shape.Dim, {wide}", InStd);
        yield return new(Prefix + "down", Down, $"{Model.Count}, {Hidden}, shape.Dim", OutStd);
        if (Bias)
        {
            yield return new(Prefix + "up_bias", $"upBias{Suffix}_FH", $"{Model.Count}, {wide}", "");
            yield return new(Prefix + "down_bias", $"downBias{Suffix}_FD", $"{Model.Count}, shape.Dim", "");
        }
    }

    /// <summary>The line of the description.</summary>
    public Formula Formula() =>
        new("experts", $"{Text.Count(Model.Count, Kind.Title + " expert")} of hidden width {Width(Model)}:  f_e(x) = {Kind.FormulaWith("_e", Bias)}");

    /// <summary>"352", or "H (the model's)".</summary>
    public static string Width(ExpertGroupModel model) =>
        model.Hidden == 0 ? "H (the model's)" : model.Hidden.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The weighted sum over the picks of this group, [T, D].</summary>
    public string Sum(string plan) => $"RoutedExperts.Run(Activation.{Model.Kind}, x_TD, {plan}, weights_TK, {Tail()})";

    /// <summary>Each pick's own output, [T, K, D].</summary>
    public string PerPick(string plan) => $"RoutedExperts.PerPick(Activation.{Model.Kind}, x_TD, {plan}, {Tail()})";

    /// <summary>The outputs of rows that are ordered by expert.</summary>
    public string Rows(string rows, string counts) => $"RoutedExperts.Rows(Activation.{Model.Kind}, {rows}, {counts}, {Tail(first: false)})";

    private string Tail(bool first = true)
    {
        var biases = Bias ? $", upBias{Suffix}_FH, downBias{Suffix}_FD" : "";
        var start = first && First > 0 ? $", first: {First}" : "";
        return $"{Up}, {Down}{biases}{start}, compute: Shape.Compute";
    }
}
