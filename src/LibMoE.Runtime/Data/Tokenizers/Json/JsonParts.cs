using System.Text.Json;
using LibMoE.Runtime.Data.Tokenizers.Cuts;

namespace LibMoE.Runtime.Data.Tokenizers.Json;

/// <summary>Parts of a <c>tokenizer.json</c>, where null and absence are the same.</summary>
internal static class JsonParts
{
    /// <summary>A member; null where there is none.</summary>
    public static JsonElement? Part(this JsonElement of, string name) =>
        of.TryGetProperty(name, out var part) && part.ValueKind != JsonValueKind.Null ? part : null;

    /// <summary>A switch, and what it is where it is not stated.</summary>
    public static bool Flag(this JsonElement of, string name, bool otherwise = false) => of.Part(name)?.GetBoolean() ?? otherwise;

    /// <summary>A text that must be there.</summary>
    public static string Text(this JsonElement of, string name) =>
        of.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    /// <summary>What a step calls itself.</summary>
    public static string Kind(this JsonElement step) => step.Text("type");

    /// <summary>The steps of a sequence, whatever its list is called, or the step alone.</summary>
    public static IEnumerable<JsonElement> Steps(this JsonElement step, string list) =>
        step.Kind() == "Sequence" ? step.GetProperty(list).EnumerateArray().SelectMany(part => part.Steps(list)) : [step];

    /// <summary>A pattern, given as an expression or as a text that stands for itself.</summary>
    public static CodePointRegex Pattern(this JsonElement of)
    {
        var pattern = of.GetProperty("pattern");
        return pattern.Part("Regex") is { } expression
            ? new CodePointRegex(expression.GetString()!)
            : CodePointRegex.Literal(pattern.Text("String"));
    }
}
