using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LibMoE.Runtime;

/// <summary>The index of a sharded model: which shard has which tensor, and the bytes of them all.</summary>
internal sealed class ShardIndex
{
    private const int Depth = 16;   // other writers put more into the metadata
    private const string MetadataField = "metadata";
    private const string TotalField = "total_size";
    private const string MapField = "weight_map";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    private ShardIndex(IReadOnlyDictionary<string, string> shardOf, long? totalBytes)
    {
        ShardOf = shardOf;
        TotalBytes = totalBytes;
    }

    /// <summary>The shard's file name by the tensor's name.</summary>
    public IReadOnlyDictionary<string, string> ShardOf { get; }

    /// <summary>The bytes of all data; null when the index does not say.</summary>
    public long? TotalBytes { get; }

    /// <summary>The text of an index.</summary>
    public static byte[] Write(IEnumerable<(TensorLayout Layout, string Shard)> tensors)
    {
        var ordered = tensors.OrderBy(tensor => tensor.Layout.Name, StringComparer.Ordinal).ToArray();
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, Readable))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(MetadataField);
            writer.WriteNumber(TotalField, ordered.Sum(tensor => tensor.Layout.Bytes));
            writer.WriteEndObject();
            writer.WriteStartObject(MapField);
            foreach (var (layout, shard) in ordered)
            {
                writer.WriteString(layout.Name, shard);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return json.WrittenSpan.ToArray();
    }

    /// <summary>Reads and checks an index; its shards are not looked at.</summary>
    /// <exception cref="SafetensorsException">It is not JSON, or breaks rule 8 or 19.</exception>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public static ShardIndex Read(IRunFiles files, string path)
    {
        var bytes = files.ReadAll(path, (int)SafetensorsHeader.LargestLength);
        var text = new HeaderText(path, bytes, Depth, new MemoryBudget(path, bytes.Length, bytes.Length));
        long? total = null;
        Dictionary<string, string>? map = null;
        var fields = new HashSet<string>();
        if (!text.Read() || text.Kind != JsonTokenType.StartObject)
        {
            throw text.Error(SafetensorsRule.Json, "the index is not an object");
        }

        while (text.ReadName())
        {
            text.TakeEntry();
            var field = text.Text();
            RefuseTwice(ref text, fields.Add(field), field);
            text.Read();
            switch (field)
            {
                case MetadataField:
                    total = ReadTotal(ref text);
                    break;
                case MapField:
                    map = ReadMap(ref text);
                    break;
                default:
                    throw text.Error(
                        SafetensorsRule.Shards, $"the index has {MessageText.Quote(field)}; only {MetadataField} and {MapField} are allowed");
            }
        }

        text.Read();
        return new ShardIndex(map ?? throw text.Error(SafetensorsRule.Shards, $"the index has no {MapField}"), total);
    }

    private static long? ReadTotal(ref HeaderText text)
    {
        if (text.Kind != JsonTokenType.StartObject)
        {
            throw text.Error(SafetensorsRule.Shards, $"{MetadataField} is not an object");
        }

        long? total = null;
        while (text.ReadName())
        {
            var isTotal = text.Text() == TotalField;
            text.Read();
            if (!isTotal)
            {
                text.Skip();
                continue;
            }

            RefuseTwice(ref text, total is null, TotalField);
            total = text.TryUnsigned(out var value)
                ? value
                : throw text.Error(SafetensorsRule.Shards, $"{TotalField} is not an integer of digits");
        }

        return total;
    }

    private static Dictionary<string, string> ReadMap(ref HeaderText text)
    {
        if (text.Kind != JsonTokenType.StartObject)
        {
            throw text.Error(SafetensorsRule.Shards, $"{MapField} is not an object");
        }

        var map = new Dictionary<string, string>();
        while (text.ReadName())
        {
            text.TakeEntry();
            var tensor = text.Text();
            text.Read();
            var shard = text.Kind == JsonTokenType.String ? text.Text() : string.Empty;
            if (!ModelFiles.IsPlainName(shard))
            {
                throw text.Error(
                    SafetensorsRule.Shards,
                    $"{MapField} sends {MessageText.Quote(tensor)} to {MessageText.Quote(shard)}, which is not the plain name of a {ModelFiles.Extension} file");
            }

            RefuseTwice(ref text, map.TryAdd(tensor, shard), tensor);
        }

        return map;
    }

    private static void RefuseTwice(ref HeaderText text, bool isNew, string name)
    {
        if (!isNew)
        {
            throw text.Error(SafetensorsRule.UniqueNames, $"the index has the name {MessageText.Quote(name)} twice");
        }
    }
}
