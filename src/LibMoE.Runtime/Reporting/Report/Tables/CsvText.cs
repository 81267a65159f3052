using System.Text;

namespace LibMoE.Runtime.Reporting.Report.Tables;

/// <summary>Comma-separated values as RFC 4180 has them, with a header and LF line ends.</summary>
internal static class CsvText
{
    private static readonly System.Buffers.SearchValues<char> NeedsQuotes = System.Buffers.SearchValues.Create(",\"\r\n");

    /// <summary>The text of a table.</summary>
    public static string Of(FigureTable table)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', table.Columns.Select(column => Field(column.Name))).Append('\n');
        for (var row = 0; row < table.Rows; row++)
        {
            text.AppendJoin(',', table.Columns.Select(column => Field(column.Text(row)))).Append('\n');
        }

        return text.ToString();
    }

    private static string Field(string text) =>
        text.AsSpan().ContainsAny(NeedsQuotes) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
