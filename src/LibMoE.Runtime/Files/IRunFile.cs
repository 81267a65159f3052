namespace LibMoE.Runtime;

/// <summary>An open file of a run. A failure of the system is always a <see cref="StorageException"/>.</summary>
public interface IRunFile : IDisposable
{
    /// <summary>The file's length in bytes now.</summary>
    long Length { get; }

    /// <summary>Reads from an offset until the target is full or the file ends.</summary>
    /// <returns>The number of bytes read; fewer than asked only at the file's end.</returns>
    int Read(long offset, Span<byte> target);

    /// <summary>Writes all the bytes at an offset, or throws.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Cuts the file, or lengthens it by zeros.</summary>
    void SetLength(long length);

    /// <summary>
    /// Makes the file's bytes durable. After a failure the file must be written again under a fresh name: the system may have marked the
    /// lost pages as clean, so a second call could succeed without them, and is refused.
    /// </summary>
    void Sync();
}
