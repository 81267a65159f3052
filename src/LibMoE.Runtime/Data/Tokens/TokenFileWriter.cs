using System.Buffers.Binary;
using System.Security.Cryptography;

namespace LibMoE.Runtime.Data.Tokens;

/// <summary>Writes a token file from its first id to its last.</summary>
/// <param name="file">Where it goes.</param>
/// <param name="vocabulary">V: every id is below it.</param>
internal sealed class TokenFileWriter(RunFileWriter file, int vocabulary) : IDisposable
{
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly int _width = TokenFileLayout.Width(vocabulary);
    private long _count;

    /// <summary>Writes what stands before the ids.</summary>
    public void Begin() => Write(TokenFileLayout.Header(vocabulary));

    /// <summary>Appends ids.</summary>
    public void Add(IEnumerable<int> ids)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        foreach (var id in ids)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, id);
            Write(bytes[.._width]);
            _count++;
        }
    }

    /// <summary>Writes what stands after the ids.</summary>
    /// <param name="textBytes">The bytes of text that they stand for.</param>
    public void End(long textBytes)
    {
        Write(TokenFileLayout.Counts(_count, textBytes));
        file.Write(_sha256.GetHashAndReset());
    }

    /// <inheritdoc />
    public void Dispose() => _sha256.Dispose();

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _sha256.AppendData(bytes);
        file.Write(bytes);
    }
}
