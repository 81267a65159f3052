using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Evaluation.Results;

/// <summary>
/// JSON to the letter as Python's <c>json.dumps(value, ensure_ascii=False)</c> writes it: lm-evaluation-harness takes hashes of such texts,
/// and distinguishes whole numbers from others by the point.
/// </summary>
internal static class PythonJson
{
    /// <summary>The text of a value.</summary>
    /// <param name="value">The value; null is <c>null</c>.</param>
    /// <param name="indent">Blanks for each depth, on lines of their own; null writes one line.</param>
    public static string Dumps(JsonNode? value, int? indent = null)
    {
        var text = new StringBuilder();
        Write(text, value, indent, depth: 0);
        return text.ToString();
    }

    /// <summary>Python's <c>repr</c> of a finite float: the shortest digits that mean it, with a point or an exponent.</summary>
    public static string Number(double value)
    {
        if (value == Math.Floor(value) && Math.Abs(value) < 1e16)
        {
            return value.ToString("F1", CultureInfo.InvariantCulture);
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return text.AsSpan().IndexOfAny(".e") >= 0 ? text : WithExponent(text);
    }

    /// <summary>.NET writes some whole numbers out that Python gives an exponent.</summary>
    private static string WithExponent(string digits)
    {
        var first = digits[0] == '-' ? 2 : 1;
        var rest = digits[first..].TrimEnd('0');
        return $"{digits[..first]}{(rest.Length > 0 ? "." : "")}{rest}e+{digits.Length - first}";
    }

    private static void Write(StringBuilder text, JsonNode? value, int? indent, int depth)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members:
                Write(text, '{', '}', [.. members.Select(member => (Action)(() =>
                {
                    Quote(text, member.Key);
                    text.Append(": ");
                    Write(text, member.Value, indent, depth + 1);
                }))], indent, depth);
                break;
            case JsonArray elements:
                Write(text, '[', ']', [.. elements.Select(element => (Action)(() => Write(text, element, indent, depth + 1)))],
                    indent, depth);
                break;
            default:
                Write(text, value.AsValue());
                break;
        }
    }

    private static void Write(StringBuilder text, char open, char close, IReadOnlyList<Action> parts, int? indent, int depth)
    {
        text.Append(open);
        for (var part = 0; part < parts.Count; part++)
        {
            text.Append(part == 0 ? "" : indent is null ? ", " : ",");
            NewLine(depth + 1);
            parts[part]();
        }

        if (parts.Count > 0)
        {
            NewLine(depth);
        }

        text.Append(close);

        void NewLine(int to)
        {
            if (indent is { } blanks)
            {
                text.Append('\n').Append(' ', blanks * to);
            }
        }
    }

    private static void Write(StringBuilder text, JsonValue value)
    {
        if (value.GetValueKind() == JsonValueKind.String)
        {
            Quote(text, value.GetValue<string>());
        }
        else if (value.GetValueKind() == JsonValueKind.Number)
        {
            text.Append(Number(value));
        }
        else
        {
            text.Append(value.ToJsonString());
        }
    }

    /// <summary>A number that was read is whole where it was written without point and exponent.</summary>
    private static string Number(JsonValue value)
    {
        if (value.TryGetValue(out JsonElement read))
        {
            var raw = read.GetRawText();
            return raw.AsSpan().IndexOfAny(".eE") >= 0 ? Number(read.GetDouble()) : raw == "-0" ? "0" : raw;
        }

        return !value.TryGetValue(out int _) && !value.TryGetValue(out long _) && value.TryGetValue(out double real)
            ? Number(real)
            : value.ToJsonString();
    }

    private static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\f' => text.Append("\\f"),
                '\b' => text.Append("\\b"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => text.Append(letter),
            };
        }

        text.Append('"');
    }
}
