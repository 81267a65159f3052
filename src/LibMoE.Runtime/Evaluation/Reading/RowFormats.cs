namespace LibMoE.Runtime;

/// <summary>The readers of all data formats: a file in, rows out. Adding a format is one row here and one reader.</summary>
internal static class RowFormats
{
    private static readonly Dictionary<DataFormat, Func<DataEntry, TaskSource, IEnumerable<DataRow>>> s_readers = new()
    {
        [DataFormat.JsonLines] = (entry, source) => JsonRows.ReadLines(entry).SelectMany(row => JsonRows.Spread(row, source.Each)),
        [DataFormat.Json] = (entry, source) => JsonRows.ReadWhole(entry).SelectMany(row => JsonRows.Spread(row, source.Each)),
        [DataFormat.Csv] = (entry, source) => CsvRows.Read(entry, source.Header),
        [DataFormat.Parquet] = (entry, _) => ParquetRows.Read(entry),
        [DataFormat.Text] = (entry, source) => TextRows.ReadDocuments(entry, source.Separator),
        [DataFormat.WikiText] = (entry, _) => TextRows.ReadWikiText(entry),
        [DataFormat.ChildrensBook] = (entry, _) => ChildrensBookRows.Read(entry),
        [DataFormat.SixLines] = (entry, _) => TextRows.ReadSixLines(entry),
    };

    /// <summary>The rows of a file, read as they are asked for.</summary>
    /// <exception cref="EvaluationDataException">The file does not have the format; the message names file and line.</exception>
    public static IEnumerable<DataRow> Read(DataEntry entry, TaskSource source) => s_readers[source.Format](entry, source);
}
