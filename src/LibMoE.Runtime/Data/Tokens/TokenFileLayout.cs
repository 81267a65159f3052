using System.Buffers.Binary;

namespace LibMoE.Runtime.Data.Tokens;

/// <summary>
/// What a token file is made of: a header of 32 bytes (a line of text, the bytes of an id, V), the ids in little-endian order, and a
/// trailer of 48 bytes (how many ids, how many bytes of text they stand for, and the SHA-256 of everything that stands before it).
/// </summary>
internal static class TokenFileLayout
{
    public const int HeaderBytes = 32;
    public const int CountsBytes = 16;
    public const int TrailerBytes = CountsBytes + 32;

    private const int MagicBytes = 16;

    /// <summary>The first bytes of every token file of this version.</summary>
    private static ReadOnlySpan<byte> Magic => "LibMoE tokens 1\n"u8;

    /// <summary>How many bytes an id takes.</summary>
    public static int Width(int vocabulary) => vocabulary <= 1 << 8 ? 1 : vocabulary <= 1 << 16 ? 2 : 4;

    /// <summary>The header of ids below V.</summary>
    public static byte[] Header(int vocabulary)
    {
        var header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(MagicBytes), Width(vocabulary));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(MagicBytes + 4), vocabulary);
        return header;
    }

    /// <summary>The trailer without its digest.</summary>
    public static byte[] Counts(long ids, long textBytes)
    {
        var counts = new byte[CountsBytes];
        BinaryPrimitives.WriteInt64LittleEndian(counts, ids);
        BinaryPrimitives.WriteInt64LittleEndian(counts.AsSpan(8), textBytes);
        return counts;
    }
}
