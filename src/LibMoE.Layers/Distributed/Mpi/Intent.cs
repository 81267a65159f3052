using System.Buffers.Binary;
using System.Text;

namespace LibMoE.Runtime.Distributed.Mpi;

/// <summary>What a rank is about to do.</summary>
/// <param name="Number">Which of its collectives it is.</param>
/// <param name="Kind">sum, exchange or broadcast.</param>
/// <param name="Count">How many numbers; 0 where it may differ.</param>
/// <param name="Name">What they are.</param>
internal sealed record Intent(long Number, string Kind, long Count, string Name)
{
    /// <summary>How long a statement is.</summary>
    public const int Bytes = 256;

    private const int Numbers = 2 * sizeof(long);

    /// <summary>The statement that some bytes are.</summary>
    public static Intent Of(byte[] bytes)
    {
        var texts = Encoding.UTF8.GetString(bytes, Numbers, Bytes - Numbers).TrimEnd('\0').Split('\n');
        return new Intent(
            BinaryPrimitives.ReadInt64LittleEndian(bytes), texts[0], BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(sizeof(long))),
            texts.Length > 1 ? texts[1] : "");
    }

    /// <summary>The statement as bytes of one length; a long name is cut.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Bytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long)), Count);
        var text = Encoding.UTF8.GetBytes($"{Kind}\n{Name}");
        text.AsSpan(0, Math.Min(text.Length, Bytes - Numbers)).CopyTo(bytes.AsSpan(Numbers));
        return bytes;
    }

    /// <inheritdoc/>
    public override string ToString() => $"collective {Number}, {Kind} {(Count > 0 ? $"of {Count} numbers " : "")}({Name})";
}
