namespace LibMoE.Runtime.Data.Tokenizers.SentencePiece;

/// <summary>Reads the fields of a protobuf message (its encoding guide), whatever they mean.</summary>
internal static class ProtobufFields
{
    private const int Varint = 0;
    private const int EightBytes = 1;
    private const int Counted = 2;
    private const int FourBytes = 5;

    /// <summary>The fields in order: a number, or the bytes of anything else.</summary>
    /// <exception cref="InvalidDataException">They are no message.</exception>
    public static List<ProtobufField> Of(ReadOnlyMemory<byte> message)
    {
        var (fields, at) = (new List<ProtobufField>(), 0);
        while (at < message.Length)
        {
            var key = Number(message.Span, ref at);
            var number =
                key >> 3 is > 0 and < int.MaxValue and var stated ? (int)stated : throw new InvalidDataException("a field has no number");
            switch ((int)(key & 7))
            {
                case Varint:
                    fields.Add(new(number, (long)Number(message.Span, ref at), default));
                    break;
                case EightBytes:
                    fields.Add(new(number, 0, Take(8)));
                    break;
                case Counted:
                    fields.Add(new(number, 0, Take(Number(message.Span, ref at))));
                    break;
                case FourBytes:
                    fields.Add(new(number, 0, Take(4)));
                    break;
                default:
                    throw new InvalidDataException($"field {number} has an unknown form");
            }
        }

        return fields;

        ReadOnlyMemory<byte> Take(ulong length)
        {
            if (length > (ulong)(message.Length - at))
            {
                throw new InvalidDataException("a field runs past the end");
            }

            at += (int)length;
            return message.Slice(at - (int)length, (int)length);
        }
    }

    private static ulong Number(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64 && at < bytes.Length; shift += 7)
        {
            var part = bytes[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number does not end");
    }
}

/// <summary>A field of a protobuf message.</summary>
/// <param name="Number">Which field.</param>
/// <param name="Value">Its value, where it is a whole number.</param>
/// <param name="Bytes">Its bytes otherwise.</param>
internal readonly record struct ProtobufField(int Number, long Value, ReadOnlyMemory<byte> Bytes);
