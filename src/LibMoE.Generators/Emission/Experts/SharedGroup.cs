using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>The shared experts, computed as one FFN.</summary>
internal static class SharedGroup
{
    /// <summary>The rows of the parameter table.</summary>
    public static IEnumerable<ParameterRow> Parameters(ExpertGroupModel shared)
    {
        var kind = FeedForwardKind.Of(shared.Kind);
        var hidden = (shared.Count == 1 ? "" : shared.Count + " * ") + (shared.Hidden == 0 ? "shape.Hidden" : shared.Part.Literal("Hidden"));
        yield return kind.Gated
            ? new("shared.gate_up", "sharedGateUp_DH", $"shape.Dim, 2 * {hidden}", "Std: 0.02")
            : new("shared.up", "sharedUp_DH", $"shape.Dim, {hidden}", "Std: 0.02");
        yield return new("shared.down", "sharedDown_HD", $"{hidden}, shape.Dim", "Std: 0.02 / Math.Sqrt(2.0 * shape.Layers)");
        if (shared.Part.Bool("Gated"))
        {
            yield return new("shared.gate", "sharedGate_D", "shape.Dim", "Std: 0.02");
        }
    }

    /// <summary>The line of the description.</summary>
    public static Formula Formula(ExpertGroupModel shared)
    {
        var kind = FeedForwardKind.Of(shared.Kind);
        return new("shared", $"{Text.Count(shared.Count, kind.Title + " expert")} of hidden width {FeedForwardGroup.Width(shared)}, as one FFN:  g(x) = {kind.FormulaWith("_s", bias: false)}");
    }

    /// <summary>The shared summand of the output's formula.</summary>
    public static string Summand(ExpertGroupModel shared)
    {
        var scale = shared.Part.Double("Scale");
        return shared.Part.Bool("Gated") ? "sigmoid(⟨g, x⟩)·g(x)" : (scale == 1 ? "" : Text.Number(scale) + "·") + "g(x)";
    }

    /// <summary>The shared summand as C# source.</summary>
    public static string Expression(ExpertGroupModel shared)
    {
        var up = FeedForwardKind.Of(shared.Kind).Gated ? "sharedGateUp_DH" : "sharedUp_DH";
        var gated = shared.Part.Bool("Gated");
        var scale = gated || shared.Part.Double("Scale") == 1 ? "" : $", scale: {Text.Double(shared.Part.Double("Scale"))}";
        var call = $"SharedExperts.Run(Activation.{shared.Kind}, x_TD, {up}, sharedDown_HD, compute: Shape.Compute{scale})";
        return gated ? $"x_TD.matmul(sharedGate_D).sigmoid().unsqueeze(-1) * {call}" : call;
    }
}
