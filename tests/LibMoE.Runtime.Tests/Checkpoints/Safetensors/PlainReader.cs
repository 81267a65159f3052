using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace LibMoE.Runtime.Tests.Checkpoints.Safetensors;

/// <summary>
/// A second reader, written from the format's description and by other means (a parsed document, big integers, no streaming), to
/// compare with the one that is used. It knows no limit of memory.
/// </summary>
internal static class PlainReader
{
    private static readonly Dictionary<string, int> Held = new()
    {
        ["BOOL"] = 1,
        ["U8"] = 1,
        ["I8"] = 1,
        ["I16"] = 2,
        ["F16"] = 2,
        ["BF16"] = 2,
        ["I32"] = 4,
        ["F32"] = 4,
        ["I64"] = 8,
        ["F64"] = 8,
    };

    /// <param name="file">The file.</param>
    /// <param name="ofBytes">A further type whose numbers are a byte each.</param>
    /// <returns>Name to type, shape and bytes; null for a file that is not valid.</returns>
    public static Dictionary<string, (string DType, long[] Shape, byte[] Bytes)>? Read(byte[] file, string? ofBytes = null)
    {
        try
        {
            var length = (BigInteger)BinaryPrimitives.ReadUInt64LittleEndian(file);
            Require(length <= 100_000_000 && length + 8 <= file.Length);
            var header = new UTF8Encoding(false, true).GetString(file, 8, (int)length);
            var braced = header.Trim(' ', '\t', '\r', '\n');
            Require(braced.StartsWith('{') && braced.EndsWith('}'));
            using var document = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 3 });
            return Tensors(document.RootElement, file[(8 + (int)length)..], ofBytes);
        }
        catch (Exception error) when (error is InvalidDataException or JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Dictionary<string, (string DType, long[] Shape, byte[] Bytes)> Tensors(
        JsonElement root, byte[] data, string? ofBytes)
    {
        var tensors = new Dictionary<string, (string DType, long[] Shape, byte[] Bytes)>();
        var owned = new List<(BigInteger Begin, BigInteger End)>();
        foreach (var (name, value) in Unique(root))
        {
            if (name == "__metadata__")
            {
                Require(Unique(value).All(pair => pair.Value.ValueKind == JsonValueKind.String && pair.Value.GetString() is not null));
                continue;
            }

            var fields = Unique(value);
            Require(fields.Keys.Order(StringComparer.Ordinal).SequenceEqual(["data_offsets", "dtype", "shape"]));
            var dtype = fields["dtype"].GetString()!;
            var shape = Integers(fields["shape"]);
            var offsets = Integers(fields["data_offsets"]);
            var width = dtype == ofBytes ? 1 : Held.GetValueOrDefault(dtype);
            Require(width > 0
                && shape.Length <= 64 && offsets.Length == 2 && offsets.All(o => o <= long.MaxValue));
            Require(shape.All(size => size < BigInteger.Pow(2, 48)));
            Require(shape.Where(size => !size.IsZero).Aggregate(BigInteger.One, (a, b) => a * b) * width * 8 <= long.MaxValue);
            Require(shape.Aggregate(BigInteger.One, (a, b) => a * b) * width == offsets[1] - offsets[0] && offsets[1] <= data.Length);
            owned.Add((offsets[0], offsets[1]));
            tensors.Add(name, (dtype, Array.ConvertAll(shape, size => (long)size), data[(int)offsets[0]..(int)offsets[1]]));
        }

        owned.Sort();
        Require(owned.Select(span => span.Begin).SequenceEqual(owned.Select(span => span.End).Prepend(0).Take(owned.Count)));
        Require(owned.Select(span => span.End).DefaultIfEmpty().Max() == data.Length);
        return tensors;
    }

    private static Dictionary<string, JsonElement> Unique(JsonElement element) =>
        element.EnumerateObject().ToDictionary(property => property.Name, property => property.Value);

    private static BigInteger[] Integers(JsonElement list) => [.. list.EnumerateArray().Select(item =>
    {
        Require(item.ValueKind == JsonValueKind.Number && item.GetRawText().All(char.IsAsciiDigit));
        return BigInteger.Parse(item.GetRawText(), System.Globalization.CultureInfo.InvariantCulture);
    })];

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidDataException();
        }
    }
}
