using LibMoE.Generators.Known;

namespace LibMoE.Generators.Emission;

/// <summary>How a built-in FFN kind is written down.</summary>
/// <param name="Title">The name in prose.</param>
/// <param name="Function">The activation in a formula.</param>
/// <param name="Power">What follows the activation.</param>
internal sealed record FeedForwardKind(string Title, string Function, string Power = "")
{
    private static readonly Dictionary<string, FeedForwardKind> Table = new()
    {
        ["Relu"] = new("ReLU", "relu"),
        ["Gelu"] = new("GELU", "gelu"),
        ["GeluTanh"] = new("tanh-GELU", "gelu_tanh"),
        ["QuickGelu"] = new("quick-GELU", "quick_gelu"),
        ["ReluSquared"] = new("squared-ReLU", "relu", "²"),
        ["SwiGlu"] = new("SwiGLU", "silu"),
        ["GeGlu"] = new("GeGLU", "gelu"),
    };

    /// <summary>The letter of the first matrix's columns: W = 2H where gate and up projection stand side by side, or H.</summary>
    public string UpLetter => Gated ? "W" : "H";

    /// <summary>Whether gate and up projection come from one matmul.</summary>
    public bool Gated { get; private init; }

    /// <summary>The row of a kind.</summary>
    public static FeedForwardKind Of(string kind) => Table[kind] with { Gated = KnownExperts.All.First(row => row.Name == kind).IsGated };

    /// <summary>f(x), with an index on each matrix.</summary>
    public string FormulaWith(string index, bool bias)
    {
        var up = $"x·U{index}" + (bias ? $" + b{index}" : "");
        var hidden =
            Gated ? $"({Function}(x·G{index}{(bias ? $" + a{index}" : "")}) ⊙ {(bias ? $"({up})" : up)})" : $"{Function}({up}){Power}";
        return $"{hidden}·D{index}" + (bias ? $" + c{index}" : "");
    }
}
