using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>The shared experts, computed as one FFN.</summary>
/// <param name="Layer">The declaration.</param>
/// <param name="Model">The group.</param>
internal sealed record SharedGroup(LayerModel Layer, ExpertGroupModel Model)
{
    /// <summary>The name of the hidden width of all shared experts together.</summary>
    public const string HiddenName = "SharedH";

    private FeedForwardKind Kind => FeedForwardKind.Of(Model.Kind);

    private string Up => (Kind.Gated ? "sharedGateUp" : "sharedUp") + "_D" + Kind.UpLetter;

    private const string DownBias = "sharedDownBias_D";

    private string UpBias => "sharedUpBias_" + Kind.UpLetter;

    private bool Bias => Model.Part.Bool("Bias");

    /// <summary>Whether the model gives the width of each.</summary>
    public bool IsOfTheModel => Model.Hidden == 0;

    /// <summary>The width of all together as C# source, with a shape in scope.</summary>
    public string Source => (Model.Count == 1 ? "" : Model.Count + " * ") + (IsOfTheModel ? "shape.Hidden" : Model.Part.Literal("Hidden"));

    /// <summary>The constant for the width, where it is declared.</summary>
    public IEnumerable<Constant> Constants() => IsOfTheModel ? [] : [new Constant(HiddenName, Source)];

    /// <summary>The field with the options of SwiGLU, and their source; null where the form is plain.</summary>
    public (string Field, string Source)? Glu => FeedForwardKind.Options(Model.Part) is { } source ? ("sharedSwiGlu", source) : null;

    /// <summary>The rows of the parameter table.</summary>
    public IEnumerable<ParameterRow> Parameters()
    {
        var hidden = IsOfTheModel ? HiddenName : new Constant(HiddenName, Source).In(Layer);
        yield return Kind.Gated
            ? new("shared.gate_up", Up, $"D, 2 * {hidden}", FeedForwardGroup.InStd)
            : new("shared.up", Up, $"D, {hidden}", FeedForwardGroup.InStd);
        yield return new("shared.down", "sharedDown_HD", $"{hidden}, D", FeedForwardGroup.OutStd);
        if (Bias)
        {
            yield return new("shared.up_bias", UpBias, Kind.Gated ? $"2 * {hidden}" : hidden, "") { Matrix = false };
            yield return new("shared.down_bias", DownBias, "D", "") { Matrix = false };
        }

        if (Model.Part.Bool("Gated"))
        {
            yield return new("shared.gate", "sharedGate_D", "D", FeedForwardGroup.InStd) { Matrix = true };
        }
    }

    /// <summary>The line of the description.</summary>
    public Formula Formula() => new(
        "shared",
        $"{Text.Count(Model.Count, Kind.Title + " expert")} of hidden width {FeedForwardGroup.Width(Model)}, "
        + $"as one FFN:  g(x) = {Kind.FormulaWith("_s", Model.Part, "x")}");

    /// <summary>The shared summand of the output's formula.</summary>
    public string Summand
    {
        get
        {
            var scale = Model.Part.Double("Scale");
            return Model.Part.Bool("Gated") ? "sigmoid(⟨g, x⟩)·g(x)" : (scale == 1 ? "" : Text.Number(scale) + "·") + "g(x)";
        }
    }

    /// <summary>The shared summand as C# source.</summary>
    public string Expression
    {
        get
        {
            var gated = Model.Part.Bool("Gated");
            var scale = gated || Model.Part.Double("Scale") == 1 ? "" : $", scale: {Text.Double(Model.Part.Double("Scale"))}";
            var biases = Bias ? $", upBias_W: {UpBias}, downBias_D: {DownBias}" : "";
            var call = $"SharedExperts.Run(Activation.{Model.Kind}, x_TD, {Up}, sharedDown_HD, compute: Shape.Compute{scale}{biases}"
                + $"{(Glu is null ? "" : ", glu: " + Glu.Value.Field)})";
            return gated ? $"x_TD.matmul(sharedGate_D).sigmoid().unsqueeze(-1) * {call}" : call;
        }
    }
}
