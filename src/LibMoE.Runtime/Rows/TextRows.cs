using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Rows;

/// <summary>Reads plain text: documents, WikiText's articles, and HellaSwag's six lines an item.</summary>
internal static class TextRows
{
    /// <summary>One row a file, or one a document.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="separator">The line that ends a document; null for none.</param>
    public static IEnumerable<DataRow> ReadDocuments(DataEntry entry, string? separator) =>
        Documents(entry, separator).Where(row => !string.IsNullOrWhiteSpace((string?)row.Values["text"]));

    /// <summary>
    /// Articles start at a heading of the first level. They are the pages of <c>EleutherAI/wikitext_document_level</c>: the line break
    /// before the next article belongs to neither, the one that ends the file to the last.
    /// </summary>
    public static IEnumerable<DataRow> ReadWikiText(DataEntry entry) =>
        Articles(entry).Where(row => !string.IsNullOrWhiteSpace((string?)row.Values["text"]));

    /// <summary>One row a line, its fields between tabs; empty lines are none.</summary>
    public static IEnumerable<DataRow> ReadTabs(DataEntry entry) => new DataLines(entry).All().Where(line => line.Text.Length > 0)
        .Select(line => new DataRow(entry.Name, line.Number, new JsonObject(line.Text.Split('\t').Select((field, index) =>
            KeyValuePair.Create(index.ToString(CultureInfo.InvariantCulture), (JsonNode?)JsonValue.Create(field))))));

    /// <summary>Context, label and four endings, a line each.</summary>
    public static IEnumerable<DataRow> ReadSixLines(DataEntry entry)
    {
        var lines = new DataLines(entry);
        foreach (var item in lines.All().Chunk(6))
        {
            if (item.Length < 6)
            {
                throw lines.Fault($"the file ends {item.Length} lines into an item; an item has 6: context, label and 4 endings");
            }

            yield return new DataRow(entry.Name, item[0].Number, new JsonObject
            {
                ["ctx"] = item[0].Text,
                ["label"] = item[1].Text,
                ["endings"] = new JsonArray([.. item[2..].Select(line => (JsonNode)line.Text)]),
            });
        }
    }

    /// <summary>One equals sign on either side; those of deeper headings stand in pairs and threes.</summary>
    private static bool IsTitle(string line)
    {
        var heading = line.Replace("= = =", "===", StringComparison.Ordinal).Replace("= =", "==", StringComparison.Ordinal).Trim();
        return heading.StartsWith("= ", StringComparison.Ordinal) && heading.EndsWith(" =", StringComparison.Ordinal);
    }

    private static IEnumerable<DataRow> Articles(DataEntry entry)
    {
        var lines = new DataLines(entry);
        var (page, first) = (new List<string>(), 1L);
        foreach (var (number, line) in lines.All())
        {
            if (IsTitle(line))
            {
                yield return Row(entry, first, string.Join('\n', page));
                page.Clear();
                first = number;
            }

            page.Add(line);
        }

        yield return Row(entry, first, string.Join('\n', page) + (lines.EndsInLineBreak ? "\n" : ""));
    }

    private static IEnumerable<DataRow> Documents(DataEntry entry, string? separator)
    {
        var text = new StringBuilder();
        var first = 1L;
        foreach (var (number, line) in new DataLines(entry).All())
        {
            if (line == separator)
            {
                yield return Row(entry, first, text.ToString());
                text.Clear();
                first = number + 1;
            }
            else
            {
                text.Append(line).Append('\n');
            }
        }

        yield return Row(entry, first, text.ToString());
    }

    private static DataRow Row(DataEntry entry, long line, string text) => new(entry.Name, line, new JsonObject { ["text"] = text });
}
