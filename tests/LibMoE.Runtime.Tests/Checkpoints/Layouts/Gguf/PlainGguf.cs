using System.Text;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.Gguf;

/// <summary>A GGUF file read straight after ggml's description, knowing nothing of this library's reader: values by name, and tensors as
/// numbers with their sizes as they stand in the file, fastest first.</summary>
internal sealed class PlainGguf
{
    public PlainGguf(string path)
    {
        using var file = new BinaryReader(File.OpenRead(path));
        Assert.Equal("GGUF"u8.ToArray(), file.ReadBytes(4));
        Assert.Equal(3u, file.ReadUInt32());
        var (tensors, values) = (file.ReadInt64(), file.ReadInt64());
        for (var i = 0L; i < values; i++)
        {
            var name = Text(file);
            Values.Add(name, Value(file, file.ReadInt32()));
        }

        var table = new List<(string Name, long[] Sizes, int Type, long Offset)>();
        for (var i = 0L; i < tensors; i++)
        {
            var name = Text(file);
            var sizes = new long[file.ReadInt32()];
            for (var size = 0; size < sizes.Length; size++)
            {
                sizes[size] = file.ReadInt64();
            }

            table.Add((name, sizes, file.ReadInt32(), file.ReadInt64()));
        }

        var start = (file.BaseStream.Position + 31) / 32 * 32;
        foreach (var (name, sizes, type, offset) in table)
        {
            Assert.Equal(0, offset % 32);
            file.BaseStream.Position = start + offset;
            var count = (int)sizes.Aggregate(1L, (a, b) => a * b);
            Tensors.Add(name, (sizes, type, Numbers(file, type, count)));
        }
    }

    public Dictionary<string, object> Values { get; } = [];

    public Dictionary<string, (long[] Sizes, int Type, float[] Numbers)> Tensors { get; } = [];

    /// <summary>The numbers of two bits of exponent and one of mantissa.</summary>
    private static readonly double[] Fours = [0, 0.5, 1, 1.5, 2, 3, 4, 6];

    private static float[] Numbers(BinaryReader file, int type, int count) => type switch
    {
        0 => [.. Enumerable.Range(0, count).Select(_ => file.ReadSingle())],
        1 => [.. Enumerable.Range(0, count).Select(_ => (float)file.ReadHalf())],
        30 => [.. Enumerable.Range(0, count).Select(_ => BitConverter.Int32BitsToSingle(file.ReadUInt16() << 16))],
        8 => [.. Enumerable.Range(0, count / 32).SelectMany(_ =>
        {
            var scale = (float)file.ReadHalf();
            return Enumerable.Range(0, 32).Select(_ => scale * file.ReadSByte()).ToArray();
        })],
        39 => [.. Enumerable.Range(0, count / 32).SelectMany(_ =>
        {
            var (scale, bytes) = (Math.Pow(2, file.ReadByte() - 127), file.ReadBytes(16));
            return bytes.Select(two => two % 16).Concat(bytes.Select(two => two / 16))
                .Select(code => (float)(scale * (code < 8 ? 1 : -1) * Fours[code % 8])).ToArray();
        })],
        _ => throw new NotSupportedException($"type {type}"),
    };

    private static object Value(BinaryReader file, int type) => type switch
    {
        4 => file.ReadUInt32(),
        5 => file.ReadInt32(),
        6 => file.ReadSingle(),
        7 => file.ReadByte() == 1,
        8 => Text(file),
        9 => List(file),
        _ => throw new NotSupportedException($"value type {type}"),
    };

    private static object[] List(BinaryReader file)
    {
        var (type, count) = (file.ReadInt32(), file.ReadInt64());
        return [.. Enumerable.Range(0, (int)count).Select(_ => Value(file, type))];
    }

    private static string Text(BinaryReader file) => Encoding.UTF8.GetString(file.ReadBytes((int)file.ReadInt64()));
}
