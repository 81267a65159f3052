using LibMoE.Runtime.Rows;

namespace LibMoE.Runtime.Evaluation.Reading;

/// <summary>The readers of all data formats: a file in, rows out. Adding a format is one row here and one reader.</summary>
internal static class RowFormats
{
    private delegate IEnumerable<DataRow> Reader(DataEntry entry, TaskSource source, IReadOnlySet<string> asked);

    private static readonly Dictionary<DataFormat, Reader> Readers = new()
    {
        [DataFormat.JsonLines] = (entry, source, _) => JsonRows.ReadLines(entry).SelectMany(row => JsonRows.Spread(row, source.Each)),
        [DataFormat.Json] = (entry, source, _) => JsonRows.ReadWhole(entry, source.Rows)
            .SelectMany(row => JsonRows.Spread(row, source.Each)),
        [DataFormat.Csv] = (entry, source, asked) => CsvRows.Read(entry, source.Header, asked),
        [DataFormat.Tsv] = (entry, _, asked) => CsvRows.Read(entry, header: true, asked, '\t', DataLines.LongestWithImages),
        [DataFormat.TabLines] = (entry, _, _) => TextRows.ReadTabs(entry),
        [DataFormat.Parquet] = (entry, source, asked) =>
            ParquetRows.Read(entry, asked).SelectMany(row => JsonRows.Spread(row, source.Each)),
        [DataFormat.Text] = (entry, source, _) => TextRows.ReadDocuments(entry, source.Separator),
        [DataFormat.WikiText] = (entry, _, _) => TextRows.ReadWikiText(entry),
        [DataFormat.ChildrensBook] = (entry, _, _) => ChildrensBookRows.Read(entry),
        [DataFormat.SixLines] = (entry, _, _) => TextRows.ReadSixLines(entry),
    };

    /// <summary>The rows of a file, read as they are asked for.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="source">How it is laid out.</param>
    /// <param name="asked">The fields that the task names; what else the file holds is no fault, whatever it is.</param>
    /// <exception cref="EvaluationDataException">The file does not have the format; the message names file and line.</exception>
    public static IEnumerable<DataRow> Read(DataEntry entry, TaskSource source, IReadOnlySet<string> asked) =>
        Readers[source.Format](entry, source, asked);
}
