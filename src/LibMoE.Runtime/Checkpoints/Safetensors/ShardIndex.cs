using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Checkpoints.Safetensors;

/// <summary>The index of a sharded model: which shard has which tensor, and the bytes of them all.</summary>
internal sealed class ShardIndex
{
    private const int Depth = 64;   // other writers put more than the map into it
    private const string MetadataField = "metadata";
    private const string TotalField = "total_size";
    private const string MapField = "weight_map";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    private ShardIndex(IReadOnlyDictionary<string, string> shardOf) => ShardOf = shardOf;

    /// <summary>The shard's file name by the tensor's name.</summary>
    public IReadOnlyDictionary<string, string> ShardOf { get; }

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

    /// <summary>Reads and checks the map of an index; its shards are not looked at. No reader of the field goes by the rest of it,
    /// such as a total size.</summary>
    /// <exception cref="SafetensorsException">It is not JSON, or breaks rule 8 or 19.</exception>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public static ShardIndex Read(IRunFiles files, string path) => Read(files, path, path);

    /// <summary>Reads the index that a path stands for.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="path">What it is called in messages.</param>
    /// <param name="target">Where it lies.</param>
    public static ShardIndex Read(IRunFiles files, string path, string target)
    {
        var bytes = files.ReadAll(target, (int)SafetensorsHeader.LargestLength);
        var text = new HeaderText(path, bytes, Depth, new MemoryBudget(path, bytes.Length, bytes.Length));
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
            if (field == MapField)
            {
                map = ReadMap(ref text);
            }
            else
            {
                text.Skip();
            }
        }

        text.Read();
        return new ShardIndex(map ?? throw text.Error(SafetensorsRule.Shards, $"the index has no {MapField}"));
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
                    $"{MapField} sends {MessageText.Quote(tensor)} to {MessageText.Quote(shard)}, which is not the plain name of a "
                        + $"{ModelFiles.Extension} file");
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
