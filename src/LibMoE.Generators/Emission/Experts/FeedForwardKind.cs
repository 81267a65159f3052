namespace LibMoE.Generators.Emission;

/// <summary>How a built-in FFN kind is written down.</summary>
/// <param name="Title">The name in prose.</param>
/// <param name="Gated">Whether gate and up projection come from one matmul.</param>
/// <param name="Function">The activation in a formula.</param>
/// <param name="Power">What follows the activation.</param>
internal sealed record FeedForwardKind(string Title, bool Gated, string Function, string Power = "")
{
    private static readonly Dictionary<string, FeedForwardKind> Table = new()
    {
        ["Relu"] = new("ReLU", false, "relu"),
        ["Gelu"] = new("GELU", false, "gelu"),
        ["ReluSquared"] = new("squared-ReLU", false, "relu", "²"),
        ["SwiGlu"] = new("SwiGLU", true, "silu"),
        ["GeGlu"] = new("GeGLU", true, "gelu"),
    };

    /// <summary>The letter of the first matrix's columns: W = 2H where gate and up projection stand side by side, or H.</summary>
    public string UpLetter => Gated ? "W" : "H";

    /// <summary>The row of a kind.</summary>
    public static FeedForwardKind Of(string kind) => Table[kind];

    /// <summary>f(x), with an index on each matrix.</summary>
    public string FormulaWith(string index, bool bias)
    {
        var up = $"x·U{index}" + (bias ? $" + b{index}" : "");
        var hidden = Gated ? $"({Function}(x·G{index}{(bias ? $" + a{index}" : "")}) ⊙ {(bias ? $"({up})" : up)})" : $"{Function}({up}){Power}";
        return $"{hidden}·D{index}" + (bias ? $" + c{index}" : "");
    }
}
