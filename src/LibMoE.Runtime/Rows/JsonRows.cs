using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Rows;

/// <summary>Reads JSON: one object a line, or a whole file.</summary>
internal static class JsonRows
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    public static IEnumerable<DataRow> ReadLines(DataEntry entry)
    {
        var lines = new DataLines(entry);
        foreach (var (number, text) in lines.All())
        {
            if (text.AsSpan().Trim().Length > 0)
            {
                yield return new DataRow(
                    entry.Name, number, Parse(text, lines.Fault) as JsonObject ?? throw lines.Fault("the line is no JSON object"));
            }
        }
    }

    /// <summary>The rows of a file that is one value. The line of a row is its number.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="path">Where the rows are, a list or an object by key; null takes the file as a row or a list of them.</param>
    public static IEnumerable<DataRow> ReadWhole(DataEntry entry, string? path = null)
    {
        var lines = new DataLines(entry, path is null ? DataLines.Longest : DataLines.LongestWithImages);
        var text = new StringBuilder();
        foreach (var (_, line) in lines.All())
        {
            text.Append(line).Append('\n');
        }

        var root = Parse(text.ToString(), (problem, cause) =>
            new EvaluationDataException(entry.Name, ((cause as JsonException)?.LineNumber ?? 0) + 1, problem, cause));
        var holder = path is null ? root as JsonArray ?? [root?.DeepClone()] : Holder(entry, root, path);
        var keys = (holder as JsonObject)?.Select(field => field.Key).ToList();
        var values = holder is JsonArray list ? list.ToList() : [.. ((JsonObject)holder).Select(field => field.Value)];
        foreach (var (index, value) in values.Index())
        {
            var row = new DataRow(entry.Name, index + 1, Fields(value) ?? throw new EvaluationDataException(
                entry.Name, index + 1, $"{(keys is null ? $"element {index}" : $"'{keys[index]}'")} of the file is no JSON object"));
            yield return keys is null ? row : row with { Fields = new Dictionary<string, JsonNode> { ["$key"] = keys[index] } };
        }
    }

    private static JsonNode Holder(DataEntry entry, JsonNode? root, string path)
    {
        var found = path == "." ? root : (root as JsonObject)?.TryGetPropertyValue(path, out var value) == true ? value : null;
        return found is JsonArray or JsonObject
            ? found
            : throw new EvaluationDataException(entry.Name, 1,
                $"the file has no list and no object {(path == "." ? "" : $"'{path}' ")}that holds the rows");
    }

    /// <summary>An object's fields; of a list 0, 1, 2, …</summary>
    private static JsonObject? Fields(JsonNode? value) => value switch
    {
        JsonObject fields => fields,
        JsonArray list =>
            new JsonObject(
            list.Select((element, index) => KeyValuePair.Create(index.ToString(CultureInfo.InvariantCulture), element?.DeepClone()))),
        _ => null,
    };

    /// <summary>One row per element of parallel lists; what is not listed goes into each.</summary>
    public static IEnumerable<DataRow> Spread(DataRow row, IReadOnlyList<string> each)
    {
        if (each.Count == 0)
        {
            return [row];
        }

        var lists = each.ToDictionary(
            name => name, name => row.Find(name) as JsonArray ?? throw row.Fault($"the field '{name}' is no list"));
        var lengths = lists.Values.Select(list => list.Count).Distinct().ToList();
        if (lengths.Count > 1)
        {
            throw row.Fault($"the lists {string.Join(", ", lists.Select(list => $"'{list.Key}' ({list.Value.Count})"))} differ in length");
        }

        return Enumerable.Range(0, lengths[0]).Select(index => row with
        {
            Fields = lists.ToDictionary(
                list => list.Key,
                list => list.Value[index] ?? throw row.Fault($"element {index} of the field '{list.Key}' is null")),
        });
    }

    /// <summary>The value that a text is, which may have what Python writes where a number is none.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">The name of a field is no text.</exception>
    public static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: Strict);
        }
        catch (JsonException) when (NotNumbers.Has(text))
        {
            return NotNumbers.Parse(text, Strict);
        }
    }

    private static JsonNode? Parse(string text, Func<string, Exception?, EvaluationDataException> fault)
    {
        try
        {
            return Parse(text);
        }
        catch (JsonException problem)
        {
            throw fault($"this is not JSON ({MessageText.Reason(problem)})", problem);
        }
        catch (InvalidOperationException problem)
        {
            throw fault("the name of a field is not text: it escapes half a surrogate pair", problem);
        }
    }
}
