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

    private bool IsMixed => Model.Part.Bool("Mixed");

    /// <summary>Whether the router weighs each of them, in one sum with the picks.</summary>
    public bool IsInRouterSum => Model.Part.Bool("InRouterSum");

    /// <summary>Whether their output is a summand that needs nothing of the routing.</summary>
    public bool IsAdded => !IsMixed && !IsInRouterSum;

    /// <summary>How many there are as C# source, where shapes have it.</summary>
    public string Count => Amount.In(Layer);

    private Constant Amount => Constant.Of("J", Model.Count);

    /// <summary>The shared experts of a layer that stand in the router's sum; null where there are none.</summary>
    public static SharedGroup? InRouterSum(LayerModel layer) =>
        layer.Shared is { } model && new SharedGroup(layer, model) is { IsInRouterSum: true } group ? group : null;

    /// <summary>Whether the model gives the width of each.</summary>
    public bool IsOfTheModel => Model.Hidden == 0;

    /// <summary>The width of all together as C# source, with a shape in scope.</summary>
    public string Source => (Model.Count == 1 ? "" : Model.Count + " * ") + (IsOfTheModel ? "shape.Hidden" : Model.Part.Literal("Hidden"));

    /// <summary>The constants for the width, where it is declared, and for the count, where shapes have it.</summary>
    public IEnumerable<Constant> Constants() =>
        (IsOfTheModel ? [] : new[] { new Constant(HiddenName, Source) }).Concat(IsInRouterSum ? [Amount] : []);

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

        if (IsMixed)
        {
            yield return new("shared.mix", "sharedMix_D2", "D, 2", FeedForwardGroup.InStd);
            yield return new("shared.mix_bias", "sharedMixBias_2", "2", "");
        }
    }

    /// <summary>The line of the description.</summary>
    public Formula Formula() => new(
        "shared",
        $"{Text.Count(Model.Count, Kind.Title + " expert")} of hidden width {FeedForwardGroup.Width(Model)}, "
        + (IsInRouterSum
            ? $"each weighed by the router:  g_j(x) = {Kind.FormulaWith("_j", Model.Part, "x", hasOutputBias: false)}"
            : $"as one FFN:  g(x) = {Kind.FormulaWith("_s", Model.Part, "x")}"));

    /// <summary>The output's formula, from that of the routed experts.</summary>
    public string OutputWith(string routed) =>
        IsMixed ? $"c₀·{routed} + c₁·g(x),  (c₀, c₁) = softmax(x·V + v)" : $"{routed} + {Summand}";

    /// <summary>The statements that make the layer's output of <c>y_TD</c>, the routed one.</summary>
    public IEnumerable<string> Statements() => IsMixed
        ?
        [
            $"var shared_TD = {Expression};",
            "y_TD = SharedExperts.Mix(y_TD, shared_TD, x_TD, sharedMix_D2, sharedMixBias_2);",
        ]
        : [$"y_TD = MoeOutput.Sum(y_TD, {Expression});"];

    private string Summand
    {
        get
        {
            if (IsInRouterSum)
            {
                return "Σ_j v_j·g_j(x)" + (Bias ? " + c_s" : "");
            }

            var scale = Model.Part.Double("Scale");
            return Model.Part.Bool("Gated") ? "sigmoid(⟨g, x⟩)·g(x)" : (scale == 1 ? "" : Text.Number(scale) + "·") + "g(x)";
        }
    }

    /// <summary>The shared summand as C# source.</summary>
    public string Expression
    {
        get
        {
            if (IsInRouterSum)
            {
                return $"SharedExperts.Weighted(Activation.{Model.Kind}, x_TD, sharedWeights_TJ, {Up}, sharedDown_HD, "
                    + $"compute: Shape.Compute{(Bias ? $", upBias_W: {UpBias}, downBias_D: {DownBias}" : "")}"
                    + $"{(Glu is null ? "" : ", glu: " + Glu.Value.Field)})";
            }

            var gated = Model.Part.Bool("Gated");
            var scale = gated || IsMixed || Model.Part.Double("Scale") == 1 ? "" : $", scale: {Text.Double(Model.Part.Double("Scale"))}";
            var biases = Bias ? $", upBias_W: {UpBias}, downBias_D: {DownBias}" : "";
            var call = $"SharedExperts.Run(Activation.{Model.Kind}, x_TD, {Up}, sharedDown_HD, compute: Shape.Compute{scale}{biases}"
                + $"{(Glu is null ? "" : ", glu: " + Glu.Value.Field)})";
            return gated ? $"x_TD.matmul(sharedGate_D).sigmoid().unsqueeze(-1) * {call}" : call;
        }
    }
}
