using System.Text;
using System.Text.Json.Nodes;

namespace LibMoE.Runtime;

/// <summary>Reads plain text: documents, WikiText's articles, and HellaSwag's six lines an item.</summary>
internal static class TextRows
{
    /// <summary>One row a file, or one a document.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="separator">The line that ends a document; null for none.</param>
    public static IEnumerable<DataRow> ReadDocuments(DataEntry entry, string? separator) =>
        Documents(entry, line => line == separator, keep: false).Where(row => !string.IsNullOrWhiteSpace((string?)row.Values["text"]));

    /// <summary>Articles start at a heading of the first level, which has one equals sign on either side.</summary>
    public static IEnumerable<DataRow> ReadWikiText(DataEntry entry) =>
        Documents(entry, IsTitle, keep: true).Where(row => !string.IsNullOrWhiteSpace((string?)row.Values["text"]));

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

    private static bool IsTitle(string line) => line.StartsWith(" = ", StringComparison.Ordinal) && line.TrimEnd().EndsWith(" =", StringComparison.Ordinal)
        && !line.StartsWith(" = =", StringComparison.Ordinal);

    private static IEnumerable<DataRow> Documents(DataEntry entry, Func<string, bool> starts, bool keep)
    {
        var text = new StringBuilder();
        var first = 1L;
        foreach (var (number, line) in new DataLines(entry).All())
        {
            if (starts(line))
            {
                yield return Row(entry, first, text);
                text.Clear();
                first = keep ? number : number + 1;
            }

            if (keep || !starts(line))
            {
                text.Append(line).Append('\n');
            }
        }

        yield return Row(entry, first, text);
    }

    private static DataRow Row(DataEntry entry, long line, StringBuilder text) => new(entry.Name, line, new JsonObject { ["text"] = text.ToString() });
}
