using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace LibMoE.Runtime.Data.Tokens;

/// <summary>A token file that has been checked: its ids are those that were written.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Count">How many ids it has.</param>
/// <param name="TextBytes">How many bytes of text these stand for.</param>
/// <param name="Width">The bytes of an id.</param>
internal sealed record TokenFile(string Path, long Count, long TextBytes, int Width)
{
    private const int Block = 1 << 20;

    /// <summary>Writes a token file, so that there is the whole one or none.</summary>
    /// <exception cref="StorageException">It cannot be written; a file of that name is as it was.</exception>
    public static void Write(IRunFiles files, string path, IEnumerable<Document> documents, ITokenizer tokenizer) =>
        files.WriteAtomically(path, file =>
        {
            using var writer = new TokenFileWriter(file, tokenizer.Vocabulary);
            var encoder = new DocumentTokens(tokenizer);
            writer.Begin();
            foreach (var document in documents)
            {
                writer.Add(encoder.Encode(document));
            }

            writer.End(encoder.Bytes);
        });

    /// <summary>Reads a file through and holds it to its digest.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="path">The file.</param>
    /// <param name="vocabulary">V of the tokenizer that the file should be of.</param>
    /// <exception cref="StorageException">It cannot be read, or is not as it was written.</exception>
    public static TokenFile Check(IRunFiles files, string path, int vocabulary)
    {
        using var file = files.OpenRead(path);
        var header = TokenFileLayout.Header(vocabulary);
        var rest = file.Length - header.Length - TokenFileLayout.TrailerBytes;
        var width = TokenFileLayout.Width(vocabulary);
        var trailer = rest < 0 ? [] : Bytes(file, file.Length - TokenFileLayout.TrailerBytes, TokenFileLayout.TrailerBytes);
        var count = rest < 0 ? -1 : BinaryPrimitives.ReadInt64LittleEndian(trailer);
        return count >= 0 && rest % width == 0 && count == rest / width
            && Bytes(file, 0, header.Length).SequenceEqual(header)
            && Digest(file, file.Length - TokenFileLayout.TrailerBytes + TokenFileLayout.CountsBytes)
                .AsSpan().SequenceEqual(trailer.AsSpan(TokenFileLayout.CountsBytes))
            ? new TokenFile(path, count, BinaryPrimitives.ReadInt64LittleEndian(trailer.AsSpan(8)), width)
            : throw new StorageException(path, StorageCause.Damaged, $"{path} is not the token file that was written");
    }

    private static byte[] Bytes(IRunFile file, long offset, int length)
    {
        var bytes = new byte[length];
        return bytes[..file.Read(offset, bytes)];
    }

    private static byte[] Digest(IRunFile file, long end)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = ArrayPool<byte>.Shared.Rent(Block);
        for (var offset = 0L; offset < end;)
        {
            var read = file.Read(offset, block.AsSpan(0, (int)Math.Min(Block, end - offset)));
            if (read == 0)
            {
                break;
            }

            sha256.AppendData(block, 0, read);
            offset += read;
        }

        ArrayPool<byte>.Shared.Return(block);
        return sha256.GetHashAndReset();
    }
}
