using System.Buffers.Binary;

namespace LibMoE.Fuzz;

/// <summary>Changes inputs as fuzzers do: bits, bytes, numbers, and pieces deleted, doubled, moved or taken from another input.</summary>
/// <param name="inputs">What to change; at least one.</param>
/// <param name="random">Decides how.</param>
internal sealed class Mutations(IReadOnlyList<byte[]> inputs, Random random)
{
    private const int Most = 6;
    private static readonly long[] Numbers =
        [0, 1, -1, 16, 127, 128, 255, 256, short.MaxValue, ushort.MaxValue, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue,
            long.MinValue, 100_000_001];

    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "{", "}", "[", "]", "\"", ",", ":", "\\u", "\\ud800", "\n", "\r\n", " ", "0", "-1", "1e99", "null", "true", "#version",
            "text", "\uFEFF", "<|endoftext|>", "é", "🙂", "\0"
        }
            .Select(System.Text.Encoding.UTF8.GetBytes),
    ];

    /// <summary>The next input.</summary>
    public byte[] Next()
    {
        List<byte> bytes = [.. Any(inputs)];
        for (var changes = 1 + random.Next(Most); changes > 0; changes--)
        {
            Change(bytes);
        }

        return [.. bytes];
    }

    private void Change(List<byte> bytes)
    {
        var place = random.Next(bytes.Count + 1);
        var length = Math.Min(random.Next(1, 33), bytes.Count - place);
        switch (random.Next(8))
        {
            case 0 when place < bytes.Count:
                bytes[place] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when place < bytes.Count:
                bytes[place] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(place, length);
                break;
            case 3:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(place, length));
                break;
            case 4:
                bytes.InsertRange(place, Any(Words));
                break;
            case 5:
                Number(bytes, place);
                break;
            case 6:
                var other = Any(inputs);
                var from = random.Next(other.Length + 1);
                bytes.InsertRange(place, other.AsSpan(from, Math.Min(random.Next(1, 65), other.Length - from)).ToArray());
                break;
            case 7 when random.Next(4) == 0:
                bytes.RemoveRange(place, bytes.Count - place);
                break;
        }
    }

    /// <summary>Writes a number that limits are often wrong at over 1, 2, 4 or 8 bytes.</summary>
    private void Number(List<byte> bytes, int place)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, Numbers[random.Next(Numbers.Length)]);
        var width = Math.Min(1 << random.Next(4), bytes.Count - place);
        for (var i = 0; i < width; i++)
        {
            bytes[place + i] = number[i];
        }
    }

    private T Any<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];
}
