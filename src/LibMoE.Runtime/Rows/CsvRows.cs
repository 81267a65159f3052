using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Rows;

/// <summary>Reads comma-separated values (RFC 4180): quoted fields may hold commas, doubled quotes and line ends.</summary>
internal static class CsvRows
{
    public static IEnumerable<DataRow> Read(DataEntry entry, bool header, IReadOnlySet<string> asked)
    {
        var lines = new DataLines(entry);
        List<string>? names = null;
        while (NextRecord(entry, lines) is var (number, fields))
        {
            if (names is null)
            {
                names =
                    header ? fields : [.. Enumerable.Range(0, fields.Count).Select(index => index.ToString(CultureInfo.InvariantCulture))];
                if (names.Find(name => IsAsked(name, asked) && names.Count(other => other == name) > 1) is { } twice)
                {
                    throw new EvaluationDataException(entry.Name, number, $"two columns have the same name, '{twice}'");
                }

                if (header)
                {
                    continue;
                }
            }

            if (fields.Count != names.Count)
            {
                throw new EvaluationDataException(
                    entry.Name, number, $"the row has {fields.Count} fields where the first has {names.Count}");
            }

            yield return new DataRow(entry.Name, number, new JsonObject(names.Zip(fields).DistinctBy(field => field.First).Select(field =>
                KeyValuePair.Create(field.First, (JsonNode?)JsonValue.Create(field.Second)))));
        }
    }

    /// <summary>Whether a place names the column; one with dots in its name counts where any part of it could.</summary>
    private static bool IsAsked(string name, IReadOnlySet<string> asked) =>
        asked.Any(path => path == name || path.StartsWith(name + ".", StringComparison.Ordinal));

    private static (long Number, List<string> Fields)? NextRecord(DataEntry entry, DataLines lines)
    {
        var text = lines.Next();
        while (text is { Length: 0 })
        {
            text = lines.Next();
        }

        if (text is null)
        {
            return null;
        }

        var (number, fields, field, quoted, position) = (lines.Number, new List<string>(), new StringBuilder(), false, 0);
        while (true)
        {
            if (position == text.Length)
            {
                if (!quoted)
                {
                    fields.Add(field.ToString());
                    return (number, fields);
                }

                field.Append('\n');
                text = field.Length <= DataLines.Longest ? lines.Next() : null;
                position = 0;
                if (text is null)
                {
                    throw new EvaluationDataException(entry.Name, number, "a quoted field is never closed");
                }

                continue;
            }

            var character = text[position++];
            if (quoted && character == '"' && position < text.Length && text[position] == '"')
            {
                field.Append('"');
                position++;
            }
            else if (character == '"' && (quoted || field.Length == 0))
            {
                quoted = !quoted;
            }
            else if (character == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(character);
            }
        }
    }
}
