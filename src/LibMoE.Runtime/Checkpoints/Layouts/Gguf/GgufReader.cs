using System.Buffers.Binary;
using System.Text;

namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>Reads a GGUF file from its start on. Nothing is allocated for what the file is too short to hold.</summary>
/// <param name="file">The file.</param>
/// <param name="path">Its path, for messages.</param>
internal sealed class GgufReader(IRunFile file, string path)
{
    private const int BufferBytes = 1 << 16;
    private const int DeepestList = 4;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _at;
    private int _filled;
    private long _read;

    /// <summary>The file's path.</summary>
    public string Path => path;

    /// <summary>The bytes of the file.</summary>
    public long Length => file.Length;

    /// <summary>The next byte.</summary>
    public long Position => _read - _filled + _at;

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>How many entries follow.</summary>
    /// <param name="leastBytes">What each takes at least.</param>
    /// <param name="what">What they are, for the message.</param>
    /// <exception cref="StorageException">The file is too short to hold as many.</exception>
    public int Count(int leastBytes, string what)
    {
        var count = UInt64();
        return count <= int.MaxValue && count <= (ulong)((Length - Position) / leastBytes)
            ? (int)count
            : throw Wrong($"it states {count} {what}, which its {Length} bytes cannot hold");
    }

    /// <summary>A text.</summary>
    /// <exception cref="StorageException">The file ends before it, or it is not UTF-8.</exception>
    public string Text()
    {
        var bytes = new byte[Count(1, "bytes of a text")];
        for (var at = 0; at < bytes.Length;)
        {
            var part = Take(Math.Min(bytes.Length - at, BufferBytes));
            part.CopyTo(bytes.AsSpan(at));
            at += part.Length;
        }

        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException fault)
        {
            throw Wrong($"a text before byte {Position} is not UTF-8", fault);
        }
    }

    /// <summary>A value with its type.</summary>
    /// <exception cref="StorageException">It is none.</exception>
    public GgufValue Value() => Value(Type(), 0);

    /// <summary>What is wrong, in one sentence.</summary>
    public StorageException Wrong(string what, Exception? inner = null) =>
        new(path, StorageCause.Damaged, $"{path} is not a GGUF file that can be read: {what}", inner);

    private GgufValueType Type() => UInt32() is var type && Enum.IsDefined((GgufValueType)type)
        ? (GgufValueType)type
        : throw Wrong($"a value before byte {Position} is of the unknown type {type}");

    private GgufValue Value(GgufValueType type, int depth)
    {
        if (type != GgufValueType.List)
        {
            return new GgufValue(type, Plain(type));
        }

        if (depth == DeepestList)
        {
            throw Wrong($"lists stand in lists {DeepestList} deep before byte {Position}");
        }

        var elements = Type();
        var items = new object[Count(SizeOf(elements), "values of a list")];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = elements == GgufValueType.List ? Value(elements, depth + 1).Content : Plain(elements);
        }

        return new GgufValue(type, items) { Elements = elements };
    }

    private object Plain(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 => (decimal)Take(1)[0],
        GgufValueType.Int8 => (decimal)(sbyte)Take(1)[0],
        GgufValueType.UInt16 => (decimal)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)),
        GgufValueType.Int16 => (decimal)BinaryPrimitives.ReadInt16LittleEndian(Take(2)),
        GgufValueType.UInt32 => (decimal)UInt32(),
        GgufValueType.Int32 => (decimal)BinaryPrimitives.ReadInt32LittleEndian(Take(4)),
        GgufValueType.UInt64 => (decimal)UInt64(),
        GgufValueType.Int64 => (decimal)BinaryPrimitives.ReadInt64LittleEndian(Take(8)),
        GgufValueType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(Take(4)),
        GgufValueType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(Take(8)),
        GgufValueType.Bool => Take(1)[0] switch
        {
            0 => false,
            1 => true,
            var other => throw Wrong($"a value of true or false before byte {Position} is {other}"),
        },
        _ => Text(),
    };

    private static int SizeOf(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.List => 12,
        _ => 8,
    };

    /// <summary>The next bytes, at most a buffer of them; valid until the next call.</summary>
    private ReadOnlySpan<byte> Take(int count)
    {
        if (_filled - _at < count)
        {
            var rest = _buffer.AsSpan(_at, _filled - _at);
            rest.CopyTo(_buffer);
            (_filled, _at) = (rest.Length, 0);
            var read = file.Read(_read, _buffer.AsSpan(_filled, (int)Math.Min(BufferBytes - _filled, Length - _read)));
            (_filled, _read) = (_filled + read, _read + read);
            if (_filled < count)
            {
                throw Wrong($"it ends at byte {Length}, within what stands before its numbers: it was cut short");
            }
        }

        _at += count;
        return _buffer.AsSpan(_at - count, count);
    }
}
