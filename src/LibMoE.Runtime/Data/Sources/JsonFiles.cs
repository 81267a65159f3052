using System.Text.Json;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Rows;

namespace LibMoE.Runtime.Data.Sources;

/// <summary>
/// Files whose names end in <c>.json</c>. Corpora such as C4 and Dolma are JSON lines under that name; most others are settings or one
/// value over several lines.
/// </summary>
internal static class JsonFiles
{
    /// <summary>One document a line.</summary>
    /// <exception cref="ConfigurationException">The file holds one value instead; the message says so.</exception>
    public static IEnumerable<Document> Read(CorpusFile file, string field) => Start(file) is { IsLines: false, Problem: { } problem }
        ? throw file.Fault(0, $"cannot be used: {problem}; a corpus takes JSON lines, an object a line, with its text in a field")
        : JsonDocuments.Read(file, field);

    /// <summary>Whether a file of a folder is meant as text: not settings, which are an object over several lines, or one of a single line
    /// that lacks the field.</summary>
    public static bool IsOfCorpus(CorpusFile file, string field)
    {
        try
        {
            return Start(file) switch
            {
                { IsLines: true, Only: { } only } => new FieldPath(field).In(new Dictionary<string, JsonNode>(), only).Value is not null,
                { IsLines: true } or { IsList: true } => true,
                var other => other.Problem is null,
            };
        }
        catch (ConfigurationException)
        {
            // Reading says what is wrong with it.
            return true;
        }
    }

    /// <summary>What the beginning of a file shows.</summary>
    private static Beginning Start(CorpusFile file)
    {
        using var stream = file.Open();
        var lines = new DataLines(new DataEntry(file.Path, stream));
        try
        {
            if (NextLine(lines) is not { } first)
            {
                return new Beginning(IsLines: false);
            }

            return (first.AsSpan().TrimStart()[0], Whole(first)) switch
            {
                ('{', { } only) => new Beginning(IsLines: true) { Only = NextLine(lines) is null ? only : null },
                ('{', null) => new Beginning(IsLines: false) { Problem = "it is not JSON lines: its first line is not a whole object" },
                ('[', _) => new Beginning(IsLines: false) { Problem = "it is one JSON list", IsList = true },
                _ => new Beginning(IsLines: false) { Problem = "it does not begin with a JSON object" },
            };
        }
        catch (EvaluationDataException fault)
        {
            throw file.Fault(fault.Line, $"cannot be used: {fault.Problem.TrimEnd('.')}");
        }
    }

    private static string? NextLine(DataLines lines) =>
        lines.All().Select(line => line.Text).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));

    private static JsonObject? Whole(string line)
    {
        try
        {
            return JsonRows.Parse(line) as JsonObject;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <param name="IsLines">Whether the first line is a whole object.</param>
    private sealed record Beginning(bool IsLines)
    {
        /// <summary>The object, where the file has that line alone.</summary>
        public JsonObject? Only { get; init; }

        public bool IsList { get; init; }

        /// <summary>What it is in place of lines; null where the file is empty.</summary>
        public string? Problem { get; init; }
    }
}
