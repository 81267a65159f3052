using System.Globalization;
using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Rows;

/// <summary>
/// Finds the value that a dotted path names. A field whose own name has dots goes before nested ones: of <c>{"a.b": 1, "a": {"b": 2}}</c>,
/// <c>a.b</c> is 1. A number is a place in a list; a name applied to a list of objects gives the list of their values.
/// </summary>
internal sealed class FieldPath(string path)
{
    private readonly string[] _parts = path.Split('.');

    /// <summary>What stands at the path.</summary>
    /// <param name="Value">The value; null where there is none.</param>
    /// <param name="Problem">Why there is none; null where nothing has that name.</param>
    public readonly record struct Result(JsonNode? Value, string? Problem);

    /// <summary>Looks into made fields first, then into what the file says.</summary>
    public Result In(IReadOnlyDictionary<string, JsonNode> made, JsonObject values)
    {
        for (var end = _parts.Length; end > 0; end--)
        {
            if (made.TryGetValue(Name(0, end), out var field))
            {
                return From(field, end);
            }
        }

        return From(values, 0);
    }

    private string Name(int start, int end) => string.Join('.', _parts[start..end]);

    private Result From(JsonNode? node, int start) => node switch
    {
        null => new(null, start == _parts.Length ? "is null where a value is needed" : $"cannot be reached: '{Name(0, start)}' is null"),
        _ when start == _parts.Length => new(node, null),
        JsonObject holder => Longest(start, (name, end) => holder.TryGetPropertyValue(name, out var value) ? From(value, end) : default),
        JsonArray list when Place(_parts[start]) is { } index => index < list.Count
            ? From(list[index], start + 1)
            : new(null, $"cannot be reached: '{Name(0, start)}' has {list.Count} elements"),
        JsonArray list => Longest(start, (name, end) => OfEach(list, name, start, end)),
        _ => default,
    };

    private static int? Place(string part) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    /// <summary>The value under the longest name, of as many parts as it takes, that leads to one.</summary>
    private Result Longest(int start, Func<string, int, Result> step)
    {
        var nearest = default(Result);
        for (var end = _parts.Length; end > start; end--)
        {
            var result = step(Name(start, end), end);
            if (result.Value is not null)
            {
                return result;
            }

            nearest = result.Problem is null ? nearest : result;
        }

        return nearest;
    }

    private Result OfEach(JsonArray list, string name, int start, int end)
    {
        var values = new JsonArray();
        foreach (var (index, element) in list.Index())
        {
            if ((element as JsonObject)?[name] is not { } value)
            {
                var lacks = element is null ? "is null"
                    : element is JsonObject holder && holder.ContainsKey(name) ? $"has null as '{name}'"
                    : $"has no '{name}'";
                return new(null, $"cannot be read: element {index} of '{Name(0, start)}' {lacks}");
            }

            values.Add(value.DeepClone());
        }

        return From(values, end);
    }
}
