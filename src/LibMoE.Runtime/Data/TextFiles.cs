using System.IO.Compression;
using System.Text;

namespace LibMoE.Runtime;

/// <summary>Text that a user names: a folder, one document a file, or one file, cut into documents between paragraphs.</summary>
internal static class TextFiles
{
    private const int DocumentsOfOneFile = 100;

    private static readonly string[] s_extensions = [".txt", ".md", ".txt.gz", ".md.gz"];
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the documents.</summary>
    /// <param name="path">A file of any name, gzip if it ends in .gz, or a folder of .txt and .md files, each also as .gz.</param>
    /// <exception cref="ConfigurationException">Nothing is there, nothing is in it, or it is not UTF-8 text.</exception>
    public static IReadOnlyList<Document> Read(string path)
    {
        if (File.Exists(path))
        {
            return Cut(Path.GetFileName(path), Text(path));
        }

        if (!Directory.Exists(path))
        {
            throw new ConfigurationException($"The corpus {path} does not exist; name a text file or a folder of {Extensions} files.");
        }

        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => s_extensions.Any(extension => file.EndsWith(extension, StringComparison.OrdinalIgnoreCase)))
            .Order(StringComparer.Ordinal).ToList();
        return files.Count switch
        {
            0 => throw new ConfigurationException($"The corpus {path} is empty: the folder holds no {Extensions} file."),
            1 => Cut(Path.GetFileName(files[0]), Text(files[0])),
            _ => [.. files.Select(file => new Document(Path.GetRelativePath(path, file).Replace('\\', '/'), Text(file)))],
        };
    }

    private static string Extensions => string.Join(", ", s_extensions);

    private static string Text(string path)
    {
        try
        {
            var bytes = Bytes(path);
            var binary = Array.IndexOf(bytes, (byte)0);
            return bytes.Length == 0
                ? throw new ConfigurationException($"The corpus file {path} is empty; it takes UTF-8 text.")
                : binary >= 0
                    ? throw new ConfigurationException($"The corpus file {path} is not text: it has a zero byte at {binary}; it takes UTF-8 text.")
                    : s_strict.GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException error)
        {
            throw new ConfigurationException($"The corpus file {path} is not text: it is not UTF-8 at byte {error.Index}.");
        }
        catch (InvalidDataException)
        {
            throw new ConfigurationException($"The corpus file {path} ends in .gz but is not a gzip file.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The corpus file {path} cannot be read: {error.Message}");
        }
    }

    private static byte[] Bytes(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            return File.ReadAllBytes(path);
        }

        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Cuts a text after blank lines, or lines where it has none, into about 100 documents of equal length.</summary>
    private static List<Document> Cut(string name, string text)
    {
        var separator = text.Contains("\n\n", StringComparison.Ordinal) ? "\n\n" : "\n";
        var least = text.Length / DocumentsOfOneFile;
        var documents = new List<Document>();
        for (var start = 0; start < text.Length;)
        {
            var cut = text.IndexOf(separator, Math.Min(start + least, text.Length - 1), StringComparison.Ordinal);
            var end = cut < 0 ? text.Length : cut + separator.Length;
            documents.Add(new Document($"{name} from {start:D12}", text[start..end]));
            start = end;
        }

        return documents;
    }
}
