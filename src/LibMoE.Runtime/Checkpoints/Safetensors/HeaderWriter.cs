using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Checkpoints.Safetensors;

/// <summary>Writes the header of a file: names in the order of the data, padded by spaces so that the data begin at a
/// multiple of 8.</summary>
internal static class HeaderWriter
{
    private const int Alignment = 8;

    /// <summary>Headers are no web pages: names stay readable.</summary>
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The header's length, the header, and its padding.</summary>
    /// <param name="layouts">The tensors in the order of their data.</param>
    /// <param name="metadata">Free texts.</param>
    /// <exception cref="ArgumentException">
    /// A name occurs twice, is __metadata__ or not Unicode, or the header would be above the format's limit.
    /// </exception>
    public static byte[] Write(IReadOnlyList<TensorLayout> layouts, IReadOnlyDictionary<string, string> metadata)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, Readable))
        {
            writer.WriteStartObject();
            WriteMetadata(writer, metadata);
            WriteEntries(writer, layouts);
            writer.WriteEndObject();
        }

        var length = (json.WrittenCount + Alignment - 1) / Alignment * Alignment;
        if (length > SafetensorsHeader.LargestLength)
        {
            throw new ArgumentException(
                $"The header of {layouts.Count} tensors would have {length} bytes; a file takes {SafetensorsHeader.LargestLength}.",
                nameof(layouts));
        }

        var header = new byte[SafetensorsHeader.LengthBytes + length];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)length);
        json.WrittenSpan.CopyTo(header.AsSpan(SafetensorsHeader.LengthBytes));
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
        {
            return;
        }

        writer.WriteStartObject(SafetensorsHeader.MetadataName);
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.WriteString(Unicode(key), Unicode(value));
        }

        writer.WriteEndObject();
    }

    private static void WriteEntries(Utf8JsonWriter writer, IReadOnlyList<TensorLayout> layouts)
    {
        var names = new HashSet<string> { SafetensorsHeader.MetadataName };
        var offset = 0L;
        foreach (var layout in layouts)
        {
            if (!names.Add(layout.Name))
            {
                throw new ArgumentException(
                    $"The name {MessageText.Quote(layout.Name)} is taken; each tensor needs its own.", nameof(layouts));
            }

            writer.WriteStartObject(Unicode(layout.Name));
            writer.WriteString("dtype", layout.DType.Name);
            writer.WriteStartArray("shape");
            foreach (var size in layout.Shape)
            {
                writer.WriteNumberValue(size);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("data_offsets");
            writer.WriteNumberValue(offset);
            writer.WriteNumberValue(offset += layout.Bytes);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }

    // The JSON writer would put U+FFFD in place of half a character, and two names could become one.
    private static string Unicode(string text)
    {
        try
        {
            _ = Strict.GetByteCount(text);
            return text;
        }
        catch (EncoderFallbackException error)
        {
            throw new ArgumentException($"The name or text {MessageText.Quote(text)} has half of a character.", nameof(text), error);
        }
    }
}
