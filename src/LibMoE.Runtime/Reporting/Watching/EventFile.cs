using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using Tensorboard;

namespace LibMoE.Runtime.Reporting.Watching;

/// <summary>
/// A TensorBoard event file: a stream of records, each the length (uint64), its checksum, the message (<c>tensorflow.Event</c>), and that
/// one's checksum; all little-endian. A checksum is the CRC-32C c masked as ((c ≫ 15) | (c ≪ 17)) + 0xa282ead8.
/// </summary>
/// <remarks>
/// TorchSharp's <c>SummaryWriter</c> writes the same records but stamps them with 0 or with .NET ticks, where TensorBoard wants seconds
/// since 1970, and opens the file again for each of them.
/// </remarks>
internal sealed class EventFile : IDisposable
{
    private const uint MaskDelta = 0xa282ead8;

    private readonly FileStream _file;
    private readonly TimeProvider _clock;

    /// <summary>Starts a file of a name that TensorBoard looks for, with the record that names the format.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="clock">Stamps the records.</param>
    public EventFile(string folder, TimeProvider clock)
    {
        _clock = clock;
        var name = FormattableString.Invariant($"events.out.tfevents.{(long)Seconds()}.{Environment.MachineName}.{Environment.ProcessId}");
        _file = new FileStream(Path.Combine(folder, name), FileMode.Append, FileAccess.Write, FileShare.Read);
        Write(new Event { WallTime = Seconds(), FileVersion = "brain.Event:2" });
    }

    /// <summary>Writes scalars of one step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="scalars">Tags and values; those that are null are left out.</param>
    public void Write(long step, IEnumerable<(string Tag, double? Value)> scalars)
    {
        var values = scalars.Where(scalar => scalar.Value is not null)
            .Select(scalar => new Summary.Types.Value { Tag = scalar.Tag, SimpleValue = (float)scalar.Value! });
        Write(new Event { WallTime = Seconds(), Step = step, Summary = new Summary { Value = { values } } });
        _file.Flush();
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private void Write(Event message)
    {
        var bytes = message.ToByteArray();
        var length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)bytes.Length);
        _file.Write(length);
        _file.Write(Checksum(length));
        _file.Write(bytes);
        _file.Write(Checksum(bytes));
    }

    private static byte[] Checksum(byte[] bytes)
    {
        var crc = ~bytes.Aggregate(uint.MaxValue, BitOperations.Crc32C);
        var masked = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(masked, BitOperations.RotateRight(crc, 15) + MaskDelta);
        return masked;
    }

    private double Seconds() => _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
}
