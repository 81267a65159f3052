using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Domains;

/// <summary>Files of archives, held to one hash however they are packed: what a server packs anew for each download has no hash of its
/// own.</summary>
internal static class PinnedEntries
{
    /// <summary>The files of some archives that are asked for, in the order of their names, without folders.</summary>
    /// <param name="archives">Paths of zip files.</param>
    /// <param name="wanted">By a file's name, whether it is asked for.</param>
    public static List<(string Name, byte[] Bytes)> Read(IEnumerable<string> archives, Func<string, bool> wanted)
    {
        var found = new List<(string Name, byte[] Bytes)>();
        foreach (var archive in archives)
        {
            using var zip = ZipFile.OpenRead(archive);
            foreach (var entry in zip.Entries.Where(entry => entry.Length > 0 && wanted(entry.Name)))
            {
                using var memory = new MemoryStream();
                using var packed = entry.Open();
                packed.CopyTo(memory);
                found.Add((entry.Name, memory.ToArray()));
            }
        }

        return [.. found.OrderBy(file => file.Name, StringComparer.Ordinal)];
    }

    /// <summary>SHA-256 of a line <c>sha256  name</c> for each: what <c>LC_ALL=C; sha256sum * | sha256sum</c> gives in a folder of
    /// them.</summary>
    public static string HashOf(IEnumerable<(string Name, byte[] Bytes)> files) => Hex(Encoding.UTF8.GetBytes(
        string.Concat(files.Select(file => $"{Hex(file.Bytes)}  {file.Name}\n"))));

    /// <summary>Holds them to a hash.</summary>
    /// <param name="files">In the order of their names.</param>
    /// <param name="what">What they are, for the message.</param>
    /// <param name="sha256">Their <see cref="HashOf"/>; null accepts any.</param>
    /// <exception cref="InvalidDataException">They have another hash.</exception>
    public static void Check(IReadOnlyList<(string Name, byte[] Bytes)> files, string what, string? sha256)
    {
        if (sha256 is not null && HashOf(files) is var hash && hash != sha256)
        {
            throw new InvalidDataException(
                $"{what}: the list of the SHA-256 of its {files.Count} files has the SHA-256 {hash} where {sha256} is expected.");
        }
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
