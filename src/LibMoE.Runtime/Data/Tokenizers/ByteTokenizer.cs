using System.Security.Cryptography;
using System.Text;

namespace LibMoE.Runtime;

/// <summary>One token per UTF-8 byte; no start id.</summary>
public sealed class ByteTokenizer : ITokenizer
{
    /// <inheritdoc />
    public int Vocabulary => 256;

    /// <inheritdoc />
    public int? Bos => null;

    /// <inheritdoc />
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData("bytes, version 1"u8));

    /// <inheritdoc />
    public string Name => "bytes";

    /// <inheritdoc />
    public IReadOnlyList<TokenizerFile> Files { get; internal init; } = [];

    /// <inheritdoc />
    public int[] Encode(string text) => Array.ConvertAll(Encoding.UTF8.GetBytes(text), value => (int)value);

    /// <inheritdoc />
    public string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new byte[ids.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)ids[i], 255u, nameof(ids));
            bytes[i] = (byte)ids[i];
        }

        return Encoding.UTF8.GetString(bytes);
    }
}
