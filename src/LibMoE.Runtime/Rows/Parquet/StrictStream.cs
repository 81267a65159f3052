namespace LibMoE.Runtime.Rows.Parquet;

/// <summary>A file that refuses to be read past its end, where a reader that trusts a count would go on for ever.</summary>
internal sealed class StrictStream(Stream inner) : Stream
{
    /// <summary>Where reading ends: after a column whose pages were checked, or after the file.</summary>
    public long End { get; set; } = inner.Length;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position { get => inner.Position; set => inner.Position = value; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) =>
        inner.Read(buffer[..(int)Math.Clamp(End - inner.Position, 0, buffer.Length)]) is var read && (read > 0 || buffer.Length == 0)
        ? read
        : throw new EndOfStreamException("it is read past its end");

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    public override int ReadByte() => inner.Position < End && inner.ReadByte() is var read && read >= 0
        ? read
        : throw new EndOfStreamException("it is read past its end");

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
