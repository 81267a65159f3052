using LibMoE.Generators.Known;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>How a built-in FFN kind is written down.</summary>
/// <param name="Title">The name in prose.</param>
/// <param name="Function">The activation in a formula; empty where both halves have one.</param>
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
        ["GeGluTanh"] = new("tanh-GeGLU", "gelu_tanh"),
        ["SiTu"] = new("SiTU", ""),
    };

    private static readonly string[] RealOptions = ["Limit", "Slope", "UpOffset"];

    /// <summary>The letter of the first matrix's columns: W = 2H where gate and up projection stand side by side, or H.</summary>
    public string UpLetter => Gated ? "W" : "H";

    /// <summary>Whether gate and up projection come from one matmul.</summary>
    public bool Gated { get; private init; }

    /// <summary>The row of a kind.</summary>
    public static FeedForwardKind Of(string kind) => Table[kind] with { Gated = KnownExperts.All.First(row => row.Name == kind).IsGated };

    /// <summary>f(x), with an index on each matrix.</summary>
    /// <param name="index">The index.</param>
    /// <param name="part">The group's attribute.</param>
    /// <param name="input">The letter of what the experts read.</param>
    /// <param name="hasOutputBias">Whether a bias of the second matrix belongs to it.</param>
    public string FormulaWith(string index, PartModel part, string input, bool hasOutputBias = true)
    {
        var bias = part.Bool("Bias");
        var up = $"{input}·U{index}" + (bias ? $" + b{index}" : "");
        var gate = $"{input}·G{index}" + (bias ? $" + a{index}" : "");
        var (hidden, where) = !Gated ? ($"{Function}({up}){Power}", "")
            : Function.Length == 0 ? ("(4·tanh(g/4)·sigmoid(g) ⊙ 25·tanh(u/25))", $",  g = {gate},  u = {up}")
            : HasOptions(part) ? Clamped(part, gate, up)
            : ($"({Function}({gate}) ⊙ {(bias ? $"({up})" : up)})", "");
        return $"{hidden}·D{index}" + (bias && hasOutputBias ? $" + c{index}" : "") + where;
    }

    /// <summary>The options of SwiGLU as C# source; null where the form is plain.</summary>
    public static string? Options(PartModel part)
    {
        if (!HasOptions(part))
        {
            return null;
        }

        var options = RealOptions.Where(option => !part.IsDefault(option))
            .Select(option => $"{option}: {Text.Double(part.Double(option))}").ToList();
        if (part.Bool("ClampAfterActivation"))
        {
            options.Add("ClampAfterActivation: true");
        }

        return $"new({string.Join(", ", options)})";
    }

    private static bool HasOptions(PartModel part) => KnownExperts.SwiGluOptions.Any(option => !part.IsDefault(option));

    /// <summary>(φ(min(g, L)) ⊙ (clamp(u, ±L) + offset)), and what φ is.</summary>
    private static (string Hidden, string Where) Clamped(PartModel part, string gate, string up)
    {
        var (limit, slope, offset) = (part.Double("Limit"), part.Double("Slope"), part.Double("UpOffset"));
        var (bound, after) = (Text.Number(limit), part.Bool("ClampAfterActivation"));
        var function = slope == 1 ? "silu" : "φ";
        var activated = limit > 0 && !after ? $"{function}(min({gate}, {bound}))" : $"{function}({gate})";
        var first = after ? $"min({activated}, {bound})" : activated;
        var second = limit > 0 ? $"clamp({up}, ±{bound})" : up;
        second = offset == 0 ? second : $"{second} {(offset < 0 ? "−" : "+")} {Text.Number(Math.Abs(offset))}";
        return ($"({first} ⊙ {(second.Contains(" ") && (offset != 0 || limit == 0) ? $"({second})" : second)})",
            slope == 1 ? "" : $",  φ(a) = a·sigmoid({Text.Number(slope)}·a)");
    }
}
