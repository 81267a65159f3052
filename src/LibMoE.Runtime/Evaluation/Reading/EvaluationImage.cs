using System.Security.Cryptography;

namespace LibMoE.Runtime;

/// <summary>An image that a question is about, as it was stored: PNG, JPEG, or whatever else the data has.</summary>
public sealed class EvaluationImage
{
    private readonly Func<byte[]> _read;

    /// <summary>An image.</summary>
    /// <param name="name">How messages name it.</param>
    /// <param name="bytes">Its encoded bytes.</param>
    public EvaluationImage(string name, byte[] bytes)
        : this(name, Convert.ToHexStringLower(SHA256.HashData(bytes)), () => bytes)
    {
    }

    /// <summary>An image that is read when it is asked for.</summary>
    internal EvaluationImage(string name, string sha256, Func<byte[]> read) => (Name, Sha256, _read) = (name, sha256, read);

    /// <summary>How messages name it: its file, or the row that holds it.</summary>
    public string Name { get; }

    /// <summary>SHA-256 of its encoded bytes.</summary>
    public string Sha256 { get; }

    /// <summary>Its encoded bytes.</summary>
    /// <exception cref="IOException">The file is gone.</exception>
    public byte[] Bytes() => _read();
}
