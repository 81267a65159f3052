using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LibMoE.Runtime;

/// <summary>One row of a data file, whatever its format.</summary>
/// <param name="File">Where it stands, for messages and for the field <c>$file</c>.</param>
/// <param name="Line">The line or table row that it starts on, from 1.</param>
/// <param name="Values">What the file says.</param>
internal sealed record DataRow(string File, long Line, JsonObject Values)
{
    /// <summary>Fields made from the values, which templates see first.</summary>
    public IReadOnlyDictionary<string, JsonNode> Fields { get; init; } = new Dictionary<string, JsonNode>();

    /// <summary>A fault of this row.</summary>
    public EvaluationDataException Fault(string problem, Exception? cause = null) => new(File, Line, problem, cause);

    /// <summary>The value at a dotted path; a name applied to a list of objects gives the list of their values.</summary>
    /// <exception cref="EvaluationDataException">There is none.</exception>
    public JsonNode Find(string path)
    {
        if (path == "$file")
        {
            return JsonValue.Create(File);
        }

        var parts = path.Split('.');
        var node = Fields.TryGetValue(parts[0], out var made) ? made : Values[parts[0]];
        return parts.Skip(1).Aggregate(node, Step) ?? throw Fault($"the field '{path}' is missing; the row has {Names()}.");
    }

    /// <summary>A value as text: strings as they are, numbers and truth values as JSON writes them.</summary>
    /// <exception cref="EvaluationDataException">It is null, a list or an object.</exception>
    public string AsText(string path, JsonNode? value) => value switch
    {
        JsonValue text when text.GetValueKind() == JsonValueKind.String => Characters(path, text),
        JsonValue other => other.ToJsonString(),
        null => throw Fault($"the field '{path}' is null where a text is needed."),
        _ => throw Fault($"the field '{path}' is {(value is JsonArray ? "a list" : "an object")} where a text is needed."),
    };

    /// <summary>JSON may escape one half of a surrogate pair, which is no character.</summary>
    private string Characters(string path, JsonValue text)
    {
        try
        {
            return text.GetValue<string>();
        }
        catch (InvalidOperationException fault)
        {
            throw Fault($"the field '{path}' is no text: it escapes half a surrogate pair.", fault);
        }
    }

    private static JsonNode? Step(JsonNode? node, string name) => node switch
    {
        JsonObject holder => holder[name],
        JsonArray list when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) =>
            index < list.Count ? list[index] : null,
        JsonArray list when list.Count > 0 && list.All(element => (element as JsonObject)?[name] is not null) =>
            new JsonArray([.. list.Select(element => element![name]!.DeepClone())]),
        _ => null,
    };

    private string Names() => string.Join(", ", Fields.Keys.Concat(Values.Select(value => value.Key)).Distinct());
}
