using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LibMoE.Runtime;

/// <summary>Which text, or other data, a study used.</summary>
/// <param name="Name">For people.</param>
/// <param name="Sha256">Of all that was read.</param>
public sealed record CorpusIdentity(string Name, string Sha256)
{
    /// <summary>The identity of numbers that are in memory.</summary>
    /// <param name="name">For people.</param>
    /// <param name="numbers">All that decide a result, in order.</param>
    public static CorpusIdentity Of(string name, IEnumerable<float> numbers) => Of(name, MemoryMarshal.AsBytes<float>(numbers.ToArray()));

    /// <summary>The identity of data that is in memory.</summary>
    /// <param name="name">For people.</param>
    /// <param name="content">All of it that decides a result.</param>
    public static CorpusIdentity Of(string name, ReadOnlySpan<byte> content) =>
        new(name, Convert.ToHexStringLower(SHA256.HashData(content)));
}
