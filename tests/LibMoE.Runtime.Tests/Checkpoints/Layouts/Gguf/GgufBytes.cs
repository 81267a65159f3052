using System.Text;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.Gguf;

/// <summary>Writes GGUF files straight after ggml's description, knowing nothing of this library's writer.</summary>
internal static class GgufBytes
{
    /// <summary>A file with these values and tensors, whose sizes stand fastest first.</summary>
    public static byte[] Of(
        IReadOnlyDictionary<string, object> values, IEnumerable<(string Name, long[] Sizes, int Type, byte[] Bytes)> tensors)
    {
        var all = tensors.ToList();
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        Start(writer, all.Count, values.Count);
        foreach (var (key, stored) in values)
        {
            Text(writer, key);
            Value(writer, stored);
        }

        var offset = 0L;
        foreach (var (name, sizes, type, numbers) in all)
        {
            Tensor(writer, name, sizes, type, offset);
            offset += (numbers.Length + 31) / 32 * 32;
        }

        foreach (var (_, _, _, numbers) in all)
        {
            Pad(writer);
            writer.Write(numbers);
        }

        return bytes.ToArray();
    }

    private static void Start(BinaryWriter writer, int tensors, int values)
    {
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)tensors);
        writer.Write((ulong)values);
    }

    public static void Tensor(BinaryWriter writer, string name, long[] sizes, int type, long offset)
    {
        Text(writer, name);
        writer.Write((uint)sizes.Length);
        Array.ForEach(sizes, writer.Write);
        writer.Write(type);
        writer.Write(offset);
    }

    private static void Value(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case uint number:
                writer.Write(4u);
                writer.Write(number);
                break;
            case int number:
                writer.Write(5u);
                writer.Write(number);
                break;
            case float number:
                writer.Write(6u);
                writer.Write(number);
                break;
            case bool flag:
                writer.Write(7u);
                writer.Write(flag);
                break;
            case string text:
                writer.Write(8u);
                Text(writer, text);
                break;
            default:
                writer.Write(9u);
                List(writer, (object[])value);
                break;
        }
    }

    private static void List(BinaryWriter writer, object[] items)
    {
        writer.Write(items is [int, ..] ? 5u : 8u);
        writer.Write((ulong)items.Length);
        foreach (var item in items)
        {
            if (item is int number)
            {
                writer.Write(number);
            }
            else
            {
                Text(writer, (string)item);
            }
        }
    }

    private static void Text(BinaryWriter writer, string text) => Text(writer, Encoding.UTF8.GetBytes(text));

    public static void Text(BinaryWriter writer, ReadOnlySpan<byte> text)
    {
        writer.Write((ulong)text.Length);
        writer.Write(text);
    }

    public static void Pad(BinaryWriter writer)
    {
        while (writer.BaseStream.Position % 32 != 0)
        {
            writer.Write((byte)0);
        }
    }
}
