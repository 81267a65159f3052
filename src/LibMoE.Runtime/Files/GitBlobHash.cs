using System.Security.Cryptography;
using System.Text;

namespace LibMoE.Runtime.Files;

/// <summary>What git calls a content: SHA-1 of <c>blob LENGTH\0</c> and the bytes (git's documentation, "Git Internals - Git Objects"). It
/// tells damage and changes; against somebody who makes collisions only a SHA-256 helps, which large files have.</summary>
internal static class GitBlobHash
{
    /// <summary>The name of a content, 40 lower-case hexadecimal digits.</summary>
    /// <param name="content">The bytes, from here to the end.</param>
    /// <param name="stop">Ends the reading.</param>
    public static async Task<string> OfAsync(Stream content, CancellationToken stop = default)
    {
#pragma warning disable CA5350 // Not chosen here: it is what git names files by.
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        sha1.AppendData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"blob {content.Length - content.Position}\0")));
        var block = new byte[1 << 16];
        int read;
        while ((read = await content.ReadAsync(block, stop).ConfigureAwait(false)) > 0)
        {
            sha1.AppendData(block, 0, read);
        }

        return Convert.ToHexStringLower(sha1.GetHashAndReset());
    }
}
