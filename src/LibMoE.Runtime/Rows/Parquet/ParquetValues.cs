using System.Text.Json.Nodes;
using Parquet.Data;

namespace LibMoE.Runtime.Rows.Parquet;

/// <summary>A column's values as JSON, bytes as base64. A type that is not here is one that no template can use.</summary>
internal static class ParquetValues
{
    /// <summary>The value at an index among those that are there.</summary>
    /// <exception cref="InvalidDataException">The column is of a type that cannot be read.</exception>
    public static Func<int, JsonNode> Of(ParquetNode node, RawColumnData data) => data switch
    {
        RawColumnData<ReadOnlyMemory<char>> texts => Values(texts, text => JsonValue.Create(text.ToString())),
        RawColumnData<ReadOnlyMemory<byte>> bytes => Values(bytes, value => JsonValue.Create(Convert.ToBase64String(value.Span))),
        RawColumnData<bool> truths => Values(truths, value => JsonValue.Create(value)),
        RawColumnData<sbyte> numbers => Values(numbers, value => JsonValue.Create((long)value)),
        RawColumnData<byte> numbers => Values(numbers, value => JsonValue.Create((long)value)),
        RawColumnData<short> numbers => Values(numbers, value => JsonValue.Create((long)value)),
        RawColumnData<ushort> numbers => Values(numbers, value => JsonValue.Create((long)value)),
        RawColumnData<int> numbers => Values(numbers, value => JsonValue.Create((long)value)),
        RawColumnData<uint> numbers => Values(numbers, value => JsonValue.Create((long)value)),
        RawColumnData<long> numbers => Values(numbers, value => JsonValue.Create(value)),
        RawColumnData<ulong> numbers => Values(numbers, value => JsonValue.Create(value)),
        RawColumnData<float> numbers => Values(numbers, value => JsonValue.Create((double)value)),
        RawColumnData<double> numbers => Values(numbers, value => JsonValue.Create(value)),
        RawColumnData<decimal> numbers => Values(numbers, value => JsonValue.Create((double)value)),
        _ => throw new InvalidDataException(
            $"the column {string.Join('.', node.Path)} is of type {data.GetType().GenericTypeArguments[0].Name}, of which no text is made"),
    };

    private static Func<int, JsonNode> Values<T>(RawColumnData<T> data, Func<T, JsonNode> convert)
        where T : struct
    {
        var values = data.Values.ToArray();
        return index => index < values.Length
            ? convert(values[index])
            : throw new InvalidDataException("a column has fewer values than its levels say");
    }
}
