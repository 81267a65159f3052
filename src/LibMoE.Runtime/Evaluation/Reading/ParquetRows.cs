using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
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

            ParquetChecks.Footer(content);
            return ParquetSerializer.DeserializeUntypedAsync(new StrictStream(content)).GetAwaiter().GetResult().Data;
        }
        catch (Exception fault)
        {
            throw new EvaluationDataException(entry.Name, 0, $"this is not a readable Parquet file ({fault.Message})", fault);
        }
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
