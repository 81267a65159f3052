using ICSharpCode.SharpZipLib.Checksum;

namespace LibMoE.Runtime.Rows;

/// <summary>Reads an archive's entry and holds it to the length and checksum that the archive states, which .NET does not.</summary>
internal sealed class CheckedStream(Stream inner, long length, uint checksum) : Stream
{
    private readonly Crc32 _crc = new();
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => _read; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, count);
        _crc.Update(new ArraySegment<byte>(buffer, offset, read));
        _read += read;
        return read > 0 || count == 0 || (_read == length && _crc.Value == checksum)
            ? read
            : throw new InvalidDataException("length or checksum differ from what the archive states");
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

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
