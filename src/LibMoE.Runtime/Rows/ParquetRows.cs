using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using Parquet;
using Parquet.Serialization;

namespace LibMoE.Runtime;

/// <summary>Reads Apache Parquet, with structs and lists. The line of a row is its number.</summary>
internal static class ParquetRows
{
    public static IEnumerable<DataRow> Read(DataEntry entry)
    {
        var number = 0L;
        foreach (var row in Deserialize(entry))
        {
            number++;
            yield return new DataRow(entry.Name, number, Convert(entry, number, row) as JsonObject ?? []);
        }
    }

    private static IList<Dictionary<string, object>> Deserialize(DataEntry entry)
    {
        try
        {
            // The format is read from its end, which a compressed entry cannot be.
            var content = entry.Content.CanSeek ? entry.Content : new MemoryStream();
            if (content != entry.Content)
            {
                entry.Content.CopyTo(content);
                content.Position = 0;
            }

            var strict = new StrictStream(content);
            ParquetChecks.Footer(strict);
            CheckPages(strict);
            return ParquetSerializer.DeserializeUntypedAsync(strict).GetAwaiter().GetResult().Data;
        }
        catch (Exception fault)
        {
            throw new EvaluationDataException(entry.Name, 0, $"this is not a readable Parquet file ({fault.Message})", fault);
        }
    }

    private static void CheckPages(StrictStream file)
    {
        var reader = ParquetReader.CreateAsync(file).GetAwaiter().GetResult();
        foreach (var (group, column) in reader.RowGroups.SelectMany(group => reader.Schema.GetDataFields(), (group, column) => (group, column)))
        {
            var metadata = group.GetMetadata(column)?.MetaData ?? throw new InvalidDataException("a group of rows lacks a column");
            ParquetChecks.Pages(file, group.RowCount, metadata, isText: column.ClrType is { IsValueType: false } or { IsGenericType: true }, column.MaxRepetitionLevel > 0);
        }

        (file.End, file.Position) = (file.Length, 0);
    }

    private static JsonNode? Convert(DataEntry entry, long number, object? value) => value switch
    {
        null => null,
        string text => JsonValue.Create(text),
        ReadOnlyMemory<char> text => JsonValue.Create(text.ToString()),
        bool truth => JsonValue.Create(truth),
        float or double or decimal => JsonValue.Create(System.Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        byte or sbyte or short or ushort or int or uint or long => JsonValue.Create(System.Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        IDictionary<string, object?> holder => new JsonObject(holder.Select(field =>
            KeyValuePair.Create(field.Key, Convert(entry, number, field.Value)))),
        IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(element => Convert(entry, number, element))]),
        _ => throw new EvaluationDataException(entry.Name, number, $"a column of type {value.GetType().Name} cannot be read"),
    };
}
