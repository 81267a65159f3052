using System.Globalization;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Rows;

namespace LibMoE.Runtime.Evaluation.Reading;

/// <summary>
/// Reads the Children's Book Test: lines numbered 1 to 20, then <c>21 question with XXXXX⇥answer⇥⇥candidate|candidate|…</c>, and an
/// empty line between items.
/// </summary>
internal static class ChildrensBookRows
{
    private const string Blank = "XXXXX";

    public static IEnumerable<DataRow> Read(DataEntry entry)
    {
        var lines = new DataLines(entry);
        var story = new List<string>();
        var first = 0L;
        foreach (var (number, text) in lines.All())
        {
            if (text.Length == 0)
            {
                continue;
            }

            var content = Content(lines, text, expected: story.Count + 1);
            first = story.Count == 0 ? number : first;
            if (!content.Contains('\t'))
            {
                story.Add(content);
                continue;
            }

            var parts = content.Split('\t', StringSplitOptions.RemoveEmptyEntries);
            var blank = parts[0].IndexOf(Blank, StringComparison.Ordinal);
            if (parts.Length != 3 || blank < 0)
            {
                throw lines.Fault($"a question line has a question with {Blank}, an answer and candidates, with tabs between");
            }

            yield return new DataRow(entry.Name, first, new JsonObject
            {
                ["story"] = string.Join(' ', story),
                ["before"] = parts[0][..blank],
                ["after"] = parts[0][(blank + Blank.Length)..].TrimEnd(),
                ["answer"] = parts[1],
                ["options"] = new JsonArray([.. parts[2].Split('|').Select(candidate => (JsonNode)candidate)]),
            });
            story.Clear();
        }

        if (story.Count > 0)
        {
            throw lines.Fault($"the file ends after line {story.Count} of an item, before its question");
        }
    }

    /// <summary>The text after the line's own number.</summary>
    private static string Content(DataLines lines, string text, int expected)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0
            && int.TryParse(text[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number == expected
            ? text[(space + 1)..]
            : throw lines.Fault($"the line should start with the number {expected}");
    }
}
