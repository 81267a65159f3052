namespace LibMoE.Runtime.Rows.Parquet;

/// <summary>
/// Walks a structure in Thrift's compact protocol, which Parquet writes its metadata in, and takes no length on trust: what does not fit
/// into the bytes that are there is refused.
/// </summary>
internal ref struct ThriftFields
{
    private const int Deepest = 32;
    private const int NestedIds = 100;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly long _mostParts;
    private readonly Dictionary<int, long> _numbers = [];
    private int _position;
    private long _parts;

    private ThriftFields(ReadOnlySpan<byte> bytes, long mostParts)
    {
        _bytes = bytes;
        _mostParts = mostParts;
    }

    /// <summary>Walks one structure.</summary>
    /// <param name="bytes">It starts here and may end before the end.</param>
    /// <param name="shape">Which fields it has.</param>
    /// <param name="mostParts">How many structures, texts and elements of lists it may have:
    /// each is an object in memory, and a byte here.</param>
    /// <param name="length">How many bytes it takes.</param>
    /// <returns>Its whole numbers, truth values (1 and 0) and lengths of lists by field id; one in a structure within it by
    /// outer id · 100 + inner id.</returns>
    /// <exception cref="InvalidDataException">It is malformed, runs past the end, or has too many parts.</exception>
    public static IReadOnlyDictionary<int, long> Read(ReadOnlySpan<byte> bytes, ThriftShape shape, long mostParts, out int length)
    {
        var fields = new ThriftFields(bytes, mostParts);
        fields.Structure(0, 0, shape);
        length = fields._position;
        return fields._numbers;
    }

    private void Structure(int depth, int outer, ThriftShape shape)
    {
        Count(1);
        if (depth > Deepest)
        {
            throw new InvalidDataException("its metadata are nested too deeply");
        }

        var id = 0L;
        while (true)
        {
            var header = Byte();
            if (header == 0)
            {
                return;
            }

            id = header >> 4 != 0 ? id + (header >> 4) : Number();
            if (id is < 1 or > short.MaxValue)
            {
                // The library would take the lower 16 bits, and so another field.
                throw new InvalidDataException($"its metadata have a field {id}, which no 16 bits can name");
            }

            var key = depth switch { 0 => id, 1 => (outer * NestedIds) + id, _ => -1 };
            Value(header & 0xF, shape[id], depth, key is > 0 and < int.MaxValue ? (int)key : 0, inList: false);
        }
    }

    private void Value(int type, string field, int depth, int key, bool inList)
    {
        if (!ThriftShape.Fits(field, type))
        {
            throw new InvalidDataException($"its metadata have a field of the type {type} where another is expected");
        }

        switch (type)
        {
            case 1 or 2 when !inList:
                Keep(key, type == 1 ? 1 : 0);
                break;
            case 3:
                Take(1);
                break;
            case 4 or 5 or 6:
                Keep(inList ? 0 : key, Number());
                break;
            case 7:
                Take(8);
                break;
            case 8:
                Count(1);
                Take(Size());
                break;
            case 9 when field.Length > 0:
                Keep(inList ? 0 : key, List(depth, field[1..]));
                break;
            case 12 when field.Length > 0:
                Structure(depth + 1, inList ? 0 : key, ThriftShape.Named(field[1..]));
                break;
            case 12:
                // The library skips the fields' headers and not their values: from there on it would read them as something else.
                Count(1);
                if (Byte() != 0)
                {
                    throw new InvalidDataException("its metadata have a structure where none is known");
                }

                break;
            default:
                // Parquet has no sets and maps, and no lists of truth values; its library would not find the end of a list that it skips.
                throw new InvalidDataException($"its metadata have a field of the type {type} where none is known");
        }
    }

    private void Keep(int key, long number)
    {
        if (key > 0 && !_numbers.TryAdd(key, number))
        {
            throw new InvalidDataException("its metadata have a field twice");
        }
    }

    private void Count(long parts)
    {
        _parts += parts;
        if (_parts > _mostParts)
        {
            throw new InvalidDataException($"its metadata have over {_mostParts} parts, which a file of its size does not need");
        }
    }

    private long List(int depth, string element)
    {
        var header = Byte();
        var count = header >> 4 == 15 ? Size() : header >> 4;
        Elements(count, header & 0xF, element, depth);
        return count;
    }

    /// <summary>Every element takes at least a byte, so that a count above the bytes left is a lie.</summary>
    private void Elements(long count, int type, string element, int depth)
    {
        if (count > _bytes.Length - _position)
        {
            throw new InvalidDataException("its metadata have a list longer than the metadata");
        }

        Count(count);
        for (var i = 0L; i < count; i++)
        {
            Value(type, element, depth + 1, 0, inList: true);
        }
    }

    private long Size()
    {
        var size = Unsigned();
        return size <= (ulong)(_bytes.Length - _position)
            ? (long)size
            : throw new InvalidDataException("its metadata have a length beyond their end");
    }

    /// <summary>Zig-zag: 0, −1, 1, −2, …</summary>
    private long Number()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong Unsigned()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("its metadata have a number of over 64 bits");
    }

    private int Byte()
    {
        Take(1);
        return _bytes[_position - 1];
    }

    private void Take(long count)
    {
        if (count > _bytes.Length - _position)
        {
            throw new InvalidDataException("its metadata end too early");
        }

        _position += (int)count;
    }
}
