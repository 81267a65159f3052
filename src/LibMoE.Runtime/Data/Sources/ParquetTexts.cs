using LibMoE.Runtime.Common;
using LibMoE.Runtime.Rows.Parquet;
using Parquet;
using Parquet.Schema;

namespace LibMoE.Runtime.Data.Sources;

/// <summary>Reads the texts of one column of an Apache Parquet file, a group of rows at a time; other columns are not read.</summary>
internal static class ParquetTexts
{
    /// <summary>Repeats in a dictionary take no memory, but they would fill a disk with tokens;
    /// gzip's ratio is the most that is taken.</summary>
    private const long Repetition = 1 << 10;

    /// <summary>One document a row; rows whose text is empty are left out.</summary>
    /// <param name="file">The table.</param>
    /// <param name="field">Which column holds the text; a dotted path into nested ones.</param>
    public static IEnumerable<Document> Read(CorpusFile file, string field)
    {
        using var stream = file.OpenTable();
        var reader = Guard(file, 0, () => Open(stream));
        var column = Column(file, reader, field);
        var row = 0L;
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            foreach (var text in Guard(file, row + 1, () => Texts(stream, reader, group, column)).Rows())
            {
                row++;
                if (text is not { } known)
                {
                    throw file.Fault(row, $"cannot be used: the field '{field}' is null where a text is needed");
                }

                if (known.Length > 0)
                {
                    yield return new Document(FormattableString.Invariant($"{file.Name} row {row:D9}"), known.ToString());
                }
            }
        }
    }

    private static ParquetReader Open(StrictStream stream)
    {
        ParquetChecks.Footer(stream);
        return ParquetReader.CreateAsync(stream).GetAwaiter().GetResult();
    }

    private static DataField Column(CorpusFile file, ParquetReader reader, string field)
    {
        var columns = Guard(file, 0, () =>
            reader.Schema.GetDataFields().Select(column => (Name: string.Join('.', column.Path.ToList()), Column: column)).ToList());
        return columns.Where(column => column.Name == field).OrderBy(column => column.Column.Path.Length).FirstOrDefault().Column switch
        {
            null => throw file.Fault(0, $"cannot be used: the field '{field}' is missing; the table has "
                + $"{string.Join(", ", columns.Select(column => column.Name))}"),
            { MaxRepetitionLevel: > 0 } => throw file.Fault(0, $"cannot be used: the field '{field}' is a list where a text is needed"),
            var column when column.ClrType != typeof(string)
                && column.ClrType != typeof(ReadOnlyMemory<char>) => throw file.Fault(
                    0, $"cannot be used: the field '{field}' is of type {column.ClrType.Name} where a text is needed"),
            var column => column,
        };
    }

    /// <summary>The texts of a group of rows; equal ones of a dictionary are one text in memory.</summary>
    private static GroupTexts Texts(StrictStream stream, ParquetReader reader, int group, DataField column)
    {
        using var rows = reader.OpenRowGroupReader(group);
        var metadata = rows.GetMetadata(column)?.MetaData ?? throw new InvalidDataException("a group of rows lacks the column");
        ParquetChecks.Pages(stream, rows.RowCount, metadata, isText: true);
        var texts = new ReadOnlyMemory<char>[rows.RowCount];
        var levels = column.MaxDefinitionLevel > 0 ? new int[rows.RowCount] : null;
        rows.ReadRawAsync<ReadOnlyMemory<char>>(column, texts, levels?.AsMemory(), null).AsTask().GetAwaiter().GetResult();
        return texts.Sum(text => (long)text.Length) <= Repetition * (stream.Length + Repetition)
            ? new GroupTexts(texts, levels, column.MaxDefinitionLevel)
            : throw new InvalidDataException($"the texts of a group are over {Repetition} times the file");
    }

    /// <summary>The library fails in many ways on a file that is damaged; where a page lies about its length,
    /// by running out of memory.</summary>
    private static T Guard<T>(CorpusFile file, long row, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is not ConfigurationException)
        {
            throw file.Fault(row, $"cannot be used: this is not a readable Parquet file ({MessageText.Reason(fault)})");
        }
    }

    /// <summary>The texts that are there, the first ones of the list, and the rows that have one: where the level is the highest.</summary>
    private sealed record GroupTexts(ReadOnlyMemory<char>[] Texts, int[]? Levels, int Present)
    {
        public IEnumerable<ReadOnlyMemory<char>?> Rows()
        {
            var next = 0;
            for (var row = 0; row < Texts.Length; row++)
            {
                yield return Levels is null || Levels[row] == Present ? Texts[next++] : (ReadOnlyMemory<char>?)null;
            }
        }
    }
}
