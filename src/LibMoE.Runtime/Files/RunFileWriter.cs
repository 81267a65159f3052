using System.Security.Cryptography;

namespace LibMoE.Runtime;

/// <summary>Writes a file from its first byte to its last, and knows its length and digest at the end without reading it again.</summary>
public sealed class RunFileWriter : IDisposable
{
    private const int BufferSize = 256 * 1024;

    private readonly string _path;
    private readonly IRunFile _file;
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _buffered;
    private long _written;

    /// <summary>Creates the file, in place of one of that name.</summary>
    /// <exception cref="StorageException">The file cannot be created.</exception>
    public RunFileWriter(IRunFiles files, string path)
    {
        _path = path;
        _file = files.Create(path);
    }

    /// <summary>The bytes written so far.</summary>
    public long Length => _written + _buffered;

    /// <summary>Appends bytes.</summary>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BufferSize - _buffered)
        {
            WriteBuffer();
        }

        if (bytes.Length >= BufferSize)
        {
            WriteThrough(bytes);
            return;
        }

        bytes.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += bytes.Length;
    }

    /// <summary>Writes what is left, makes the file durable, and checks that it has the length that was written.</summary>
    /// <returns>The file's name, length and SHA-256.</returns>
    /// <exception cref="StorageException">The file cannot be written or made durable, or bytes of it are missing.</exception>
    public WrittenFile Finish()
    {
        WriteBuffer();
        _file.Sync();
        if (_file.Length != _written)
        {
            throw new StorageException(
                _path, StorageCause.DeviceError, $"{_path} has {_file.Length} bytes after {_written} were written: the device loses bytes");
        }

        return new WrittenFile(Path.GetFileName(_path), _written, Convert.ToHexStringLower(_sha256.GetHashAndReset()));
    }

    /// <summary>Closes the file; without <see cref="Finish"/> it is neither whole nor durable.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _sha256.Dispose();
    }

    private void WriteBuffer()
    {
        if (_buffered > 0)
        {
            var bytes = _buffer.AsSpan(0, _buffered);
            _buffered = 0;
            WriteThrough(bytes);
        }
    }

    private void WriteThrough(ReadOnlySpan<byte> bytes)
    {
        _file.Write(_written, bytes);
        _sha256.AppendData(bytes);
        _written += bytes.Length;
    }
}
