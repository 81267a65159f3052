using System.Buffers.Binary;

namespace LibMoE.Runtime.Data.Tokenizers.SentencePiece;

/// <summary>
/// SentencePiece's <c>precompiled_charsmap</c>: which characters are replaced by which, such as those that NFKC replaces. A trie of UTF-8
/// as a double array (the format of darts-clone) leads from the longest sequence at a place to a text in the pool behind it.
/// </summary>
internal sealed class CharacterMap
{
    private readonly uint[] _units;
    private readonly ReadOnlyMemory<byte> _pool;

    private CharacterMap(uint[] units, ReadOnlyMemory<byte> pool) => (_units, _pool) = (units, pool);

    /// <summary>Reads it: the trie's size in bytes, the trie, and texts that each end with a zero.</summary>
    /// <exception cref="InvalidDataException">It is no such map.</exception>
    public static CharacterMap Parse(ReadOnlyMemory<byte> bytes)
    {
        var size = bytes.Length < 4 ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span);
        if (size > bytes.Length - 4 || size < 4 || size % 4 != 0)
        {
            throw new InvalidDataException("its precompiled_charsmap is shorter than it says");
        }

        var units = new uint[size / 4];
        for (var i = 0; i < units.Length; i++)
        {
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[(4 + (4 * i))..]);
        }

        return new CharacterMap(units, bytes[(4 + (int)size)..]);
    }

    /// <summary>The longest sequence at the beginning that is replaced, and by what; length 0 where there is none.</summary>
    public (int Length, ReadOnlyMemory<byte> Replacement) Find(ReadOnlySpan<byte> utf8)
    {
        var (length, value) = (0, 0u);
        var place = Offset(_units[0]);
        for (var i = 0; i < utf8.Length; i++)
        {
            place ^= utf8[i];
            if (place >= _units.Length || (_units[place] & 0x800000FF) != utf8[i])
            {
                break;
            }

            var unit = _units[place];
            place ^= Offset(unit);
            if (((unit >> 8) & 1) == 1 && place < _units.Length)
            {
                (length, value) = (i + 1, _units[place] & 0x7FFFFFFF);
            }
        }

        return length == 0 ? default : (length, Text(value));
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);

    private ReadOnlyMemory<byte> Text(uint start)
    {
        var rest = start < _pool.Length ? _pool[(int)start..] : default;
        var end = rest.Span.IndexOf((byte)0);
        return end < 0 ? rest : rest[..end];
    }
}
