using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Rows;

/// <summary>
/// <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>, which Python's json module writes and reads though JSON does not have them (Python's
/// documentation, "Infinite and NaN Number Values"). They may stand in a field that nobody asks for.
/// </summary>
internal static class NotNumbers
{
    /// <summary>The one field of the object that stands for such a literal while the text is parsed.</summary>
    private const string Mark = "\0";

    private static readonly Dictionary<string, double> Literals = new()
    {
        ["NaN"] = double.NaN,
        ["Infinity"] = double.PositiveInfinity,
        ["-Infinity"] = double.NegativeInfinity,
    };

    /// <summary>Whether a text has such literals outside of its texts.</summary>
    public static bool Has(string text) => Marked(text) is not null;

    /// <summary>Parses a text that has such literals.</summary>
    /// <returns>What it says, the literals as numbers that JSON cannot write.</returns>
    /// <exception cref="JsonException">It is not JSON otherwise either.</exception>
    public static JsonNode? Parse(string text, JsonDocumentOptions options) =>
        Restored(JsonNode.Parse(Marked(text) ?? text, documentOptions: options with { MaxDepth = options.MaxDepth + 1 }));

    /// <summary>How Python calls a value that is not a number; null for any other value.</summary>
    public static string? NameOf(JsonValue value) =>
        !value.TryGetValue<JsonElement>(out _) && value.TryGetValue<double>(out var number) && !double.IsFinite(number)
            ? Literals.First(literal => literal.Value.Equals(number)).Key
            : null;

    /// <summary>The text with each literal outside of its texts as a marked object; null where there is none.</summary>
    private static string? Marked(string text)
    {
        var (marked, copied, quoted) = (new StringBuilder(), 0, false);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                quoted = !quoted;
            }
            else if (quoted && text[i] == '\\')
            {
                i++;
            }
            else if (!quoted && Literals.Keys.FirstOrDefault(name => text.AsSpan(i).StartsWith(name)) is { } literal)
            {
                marked.Append(text, copied, i - copied).Append("{\"\\u0000\":\"").Append(literal).Append("\"}");
                copied = i + literal.Length;
                i = copied - 1;
            }
        }

        return copied == 0 ? null : marked.Append(text, copied, text.Length - copied).ToString();
    }

    private static JsonNode? Restored(JsonNode? node)
    {
        if (node is JsonObject { Count: 1 } mark && mark[Mark] is JsonValue name
            && name.TryGetValue<string>(out var literal) && Literals.TryGetValue(literal, out var number))
        {
            return JsonValue.Create(number);
        }

        if (node is JsonObject holder)
        {
            foreach (var (field, value) in holder.ToList())
            {
                if (Restored(value) is var restored && restored != value)
                {
                    holder[field] = restored;
                }
            }
        }
        else if (node is JsonArray list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                if (Restored(list[i]) is var restored && restored != list[i])
                {
                    list[i] = restored;
                }
            }
        }

        return node;
    }
}
