using LibMoE.Runtime.Common;
using LibMoE.Runtime.Rows.Parquet;
using Parquet;
using Parquet.Schema;

namespace LibMoE.Runtime.Rows;

/// <summary>
/// Reads Apache Parquet, with structs, lists and maps, a group of rows at a time and only the columns that are asked for. The line of a row
/// is its number.
/// </summary>
internal static class ParquetRows
{
    /// <summary>The rows.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="asked">The fields that are asked for, as dotted paths.</param>
    public static IEnumerable<DataRow> Read(DataEntry entry, IReadOnlySet<string> asked)
    {
        using var file = Guard(entry, 0, () => Seekable(entry));
        var (reader, table, names) = Guard(entry, 0, () => Open(file, asked));
        var number = 0L;
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            var (rows, records) = Guard(entry, number + 1, () => Group(file, reader, group, table));
            for (var row = 0L; row < rows; row++)
            {
                number++;
                yield return new DataRow(entry.Name, number, Guard(entry, number, records.Next)) { Columns = names };
            }

            Guard(entry, number, () =>
            {
                records.End();
                return true;
            });
        }
    }

    /// <summary>The format is read from its end, which a compressed entry cannot be.</summary>
    private static StrictStream Seekable(DataEntry entry)
    {
        if (entry.Content.CanSeek)
        {
            return new StrictStream(entry.Content);
        }

        var content = new MemoryStream();
        entry.Content.CopyTo(content);
        content.Position = 0;
        return new StrictStream(content);
    }

    private static (ParquetReader Reader, ParquetNode Table, List<string> Names) Open(StrictStream file, IReadOnlySet<string> asked)
    {
        ParquetChecks.Footer(file);
        var reader = ParquetReader.CreateAsync(file).GetAwaiter().GetResult();
        var table = ParquetSchemaTree.Of(reader.Metadata?.Schema ?? throw new InvalidDataException("it has no schema"));
        if (table.Children.Select(column => column.Name).Distinct().Count() < table.Children.Count)
        {
            throw new InvalidDataException("two columns have the same name");
        }

        var wanted = asked.SelectMany(path => table.Named(path.Split('.'))).ToHashSet(ReferenceEqualityComparer.Instance);
        return (reader, table.Only(wanted.Contains) ?? table with { Children = [] }, [.. table.Children.Select(column => column.Name)]);
    }

    private static (long Rows, ParquetRecords Records) Group(StrictStream file, ParquetReader reader, int group, ParquetNode table)
    {
        using var rows = reader.OpenRowGroupReader(group);
        if (rows.RowCount < 0 || rows.RowCount > ParquetLimits.Of(file.Length).Values)
        {
            // Where no column is read, none is there to say how many rows the file can hold.
            throw new InvalidDataException($"a group is to have {rows.RowCount} rows in {file.Length} bytes");
        }

        var fields = reader.Schema.GetDataFields();
        var columns = table.Columns.ToDictionary(
            node => node,
            node => Column(file, rows, node, fields.FirstOrDefault(field => field.Path.ToList().SequenceEqual(node.Path))),
            (IEqualityComparer<ParquetNode>)ReferenceEqualityComparer.Instance);
        return (rows.RowCount, new ParquetRecords(table, columns));
    }

    private static ParquetColumn Column(StrictStream file, ParquetRowGroupReader rows, ParquetNode node, DataField? field)
    {
        var name = string.Join('.', node.Path);
        if (field is null || field.MaxDefinitionLevel != node.Present || field.MaxRepetitionLevel != node.Repetition)
        {
            throw new InvalidDataException($"the column {name} is nested in a form that cannot be read");
        }

        var metadata = rows.GetMetadata(field)?.MetaData ?? throw new InvalidDataException($"a group of rows lacks the column {name}");
        var isText = field.ClrType is { IsValueType: false } or { IsGenericType: true };
        ParquetChecks.Pages(file, rows.RowCount, metadata, isText, field.MaxRepetitionLevel > 0);
        using var data = rows.ReadRawColumnDataBaseAsync(field).AsTask().GetAwaiter().GetResult();
        return new ParquetColumn(node, data, (int)metadata.NumValues);
    }

    /// <summary>The library fails in many ways on a file that is damaged.</summary>
    private static T Guard<T>(DataEntry entry, long row, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is not EvaluationDataException)
        {
            throw new EvaluationDataException(entry.Name, row, $"this is not a readable Parquet file ({MessageText.Reason(fault)})", fault);
        }
    }
}
