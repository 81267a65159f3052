using System.Text.Json;
using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Rows;

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

    /// <summary>All fields of the file, for messages, where only some of them were read; null where the values have them all.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>The value at a dotted path, as <see cref="FieldPath"/> finds it.</summary>
    /// <exception cref="EvaluationDataException">There is none, or it is null.</exception>
    public JsonNode Find(string path)
    {
        if (path == "$file")
        {
            return JsonValue.Create(File);
        }

        var (value, problem) = new FieldPath(path).In(Fields, Values);
        return value ?? throw Fault($"the field '{path}' {problem ?? $"is missing; the row has {Names()}"}.");
    }

    /// <summary>The value at a dotted path; null where there is none, or it is null.</summary>
    public JsonNode? TryFind(string path) => path == "$file" ? JsonValue.Create(File) : new FieldPath(path).In(Fields, Values).Value;

    /// <summary>A value as text: strings as they are, numbers and truth values as JSON writes them.</summary>
    /// <exception cref="EvaluationDataException">It is null, a list, an object or not a number.</exception>
    public string AsText(string path, JsonNode? value) => value switch
    {
        JsonValue text when text.GetValueKind() == JsonValueKind.String => Characters(path, text),
        JsonValue number when NotNumbers.NameOf(number) is { } name => throw Fault($"the field '{path}' is {name} where a text is needed."),
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

    private string Names() => string.Join(", ", Fields.Keys.Concat(Columns ?? Values.Select(value => value.Key)).Distinct());
}
