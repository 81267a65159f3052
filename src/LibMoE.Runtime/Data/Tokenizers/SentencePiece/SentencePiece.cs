using System.Buffers.Binary;

namespace LibMoE.Runtime.Data.Tokenizers.SentencePiece;

/// <summary>The kinds of pieces (sentencepiece_model.proto).</summary>
internal enum PieceKind
{
    /// <summary>Made by merging.</summary>
    Normal = 1,

    /// <summary>For characters that are no piece.</summary>
    Unknown = 2,

    /// <summary>No text: a start, an end.</summary>
    Control = 3,

    /// <summary>Found in a text as it stands, and never merged.</summary>
    UserDefined = 4,

    /// <summary>Made by merging, but taken apart again.</summary>
    Unused = 5,

    /// <summary>A byte.</summary>
    Byte = 6,
}

/// <summary>A piece.</summary>
/// <param name="Text">Its text, blanks written as ▁.</param>
/// <param name="Score">The higher, the earlier it is made.</param>
/// <param name="Kind">What it is.</param>
internal sealed record SentencePiece(string Text, float Score, PieceKind Kind)
{
    /// <summary>Reads the message of a piece.</summary>
    /// <exception cref="InvalidDataException">It is no piece.</exception>
    public static SentencePiece Of(ReadOnlyMemory<byte> message)
    {
        var piece = new SentencePiece("", 0, PieceKind.Normal);
        foreach (var field in ProtobufFields.Of(message))
        {
            piece = field.Number switch
            {
                1 => piece with { Text = SentencePieceFile.Text(field.Bytes) },
                2 when field.Bytes.Length == 4 => piece with { Score = BinaryPrimitives.ReadSingleLittleEndian(field.Bytes.Span) },
                3 when Enum.IsDefined((PieceKind)field.Value) => piece with { Kind = (PieceKind)field.Value },
                2 or 3 => throw new InvalidDataException("a piece has a score or kind of an unknown form"),
                _ => piece,
            };
        }

        return piece;
    }
}

/// <summary>The settings in a message: of a field that is there twice, the last counts.</summary>
/// <param name="messages">The bytes of the message; none where it is absent.</param>
internal sealed class ProtobufValues(IEnumerable<ReadOnlyMemory<byte>> messages)
{
    private readonly Dictionary<int, ProtobufField> _fields =
        messages.SelectMany(ProtobufFields.Of).GroupBy(field => field.Number).ToDictionary(group => group.Key, group => group.Last());

    /// <summary>A number, and what it is where it is not stated; −1 is written as 64 bits.</summary>
    public long Number(int field, long usual) => _fields.TryGetValue(field, out var stated) ? stated.Value : usual;

    /// <summary>A switch.</summary>
    public bool Flag(int field, bool usual) => Number(field, usual ? 1 : 0) != 0;

    /// <summary>A text.</summary>
    public string Text(int field, string usual) =>
        _fields.TryGetValue(field, out var stated) ? SentencePieceFile.Text(stated.Bytes) : usual;

    /// <summary>Bytes; none where they are not stated.</summary>
    public ReadOnlyMemory<byte> Bytes(int field) => _fields.TryGetValue(field, out var stated) ? stated.Bytes : default;
}
