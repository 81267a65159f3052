using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Rows;

/// <summary>Reads comma-separated values (RFC 4180): quoted fields may hold commas, doubled quotes and line ends.</summary>
internal static class CsvRows
{
    /// <summary>The rows.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="header">Whether it starts with the fields' names; without, they are 0, 1, 2, …</param>
    /// <param name="asked">The fields that are asked for.</param>
    /// <param name="separator">What stands between fields.</param>
    /// <param name="longest">How many bytes a line may have.</param>
    public static IEnumerable<DataRow> Read(
        DataEntry entry, bool header, IReadOnlySet<string> asked, char separator = ',', int longest = DataLines.Longest)
    {
        var lines = new DataLines(entry, longest);
        List<string>? names = null;
        while (NextRecord(entry, lines, separator, longest) is var (number, fields))
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

    private static (long Number, List<string> Fields)? NextRecord(DataEntry entry, DataLines lines, char separator, int longest)
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
                text = field.Length <= longest ? lines.Next() : null;
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
            else if (character == separator && !quoted)
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
