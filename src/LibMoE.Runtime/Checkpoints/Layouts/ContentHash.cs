using System.Security.Cryptography;
using System.Text;

namespace LibMoE.Runtime.Checkpoints.Layouts;

/// <summary>One hash for a model, in however many files it is.</summary>
internal static class ContentHash
{
    /// <summary>SHA-256 of one file; of several, of the lines <c>name sha256</c> in ordinal order.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="folder">Where they lie.</param>
    /// <param name="names">The files' names.</param>
    public static string Of(IRunFiles files, string folder, IReadOnlyList<string> names)
    {
        if (names is [var only])
        {
            return files.Sha256(Path.Combine(folder, only));
        }

        return Of(names.Select(name => (name, files.Sha256(Path.Combine(folder, name)))));
    }

    /// <summary>The same of files whose hashes are known.</summary>
    public static string Of(IEnumerable<WrittenFile> files) => Of(files.Select(file => (file.Name, file.Sha256)));

    private static string Of(IEnumerable<(string Name, string Sha256)> files) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Concat(files.OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => $"{file.Name} {file.Sha256}\n")))));
}
