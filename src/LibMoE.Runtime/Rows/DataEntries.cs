using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Enumeration;
using ICSharpCode.SharpZipLib.GZip;

namespace LibMoE.Runtime.Rows;

/// <summary>Opens plain files, gzipped ones and archives alike.</summary>
internal static class DataEntries
{
    /// <summary>The entries to read, each to be used before the next is asked for, and in <paramref name="ignored"/> how many
    /// others there were.</summary>
    /// <param name="path">The file on disk.</param>
    /// <param name="file">What the task says of it.</param>
    /// <param name="ignored">Counts entries that the task does not name.</param>
    /// <exception cref="EvaluationDataException">The archive is damaged or holds nothing that the task names.</exception>
    public static IEnumerable<DataEntry> Open(string path, SourceFile file, Action<string> ignored)
    {
        var any = false;
        foreach (var entry in OpenAll(path, file.Path, IsWanted))
        {
            any = true;
            yield return entry;
        }

        if (!any)
        {
            throw new EvaluationDataException(file.Path, 0, $"no entry of the archive is named like '{file.Entries ?? "*"}'");
        }

        // Asked before an entry is opened: one that is not read may be encrypted or compressed in a way that nobody here knows.
        bool IsWanted(string entry)
        {
            var inside = entry.Length > file.Path.Length ? entry[(file.Path.Length + 1)..] : "";
            var wanted = file.Entries is null ? !IsLeftover(inside) : IsNamed(inside, file.Entries);
            if (!wanted)
            {
                ignored(entry);
            }

            return wanted;
        }
    }

    private static bool IsNamed(string entry, string pattern) =>
        !IsLeftover(entry) && FileSystemName.MatchesSimpleExpression(pattern, entry);

    /// <summary>Finder's metadata, which macOS puts into archives beside the data.</summary>
    private static bool IsLeftover(string entry) => entry.StartsWith("__MACOSX/", StringComparison.Ordinal)
        || Path.GetFileName(entry) is ".DS_Store" || Path.GetFileName(entry).StartsWith("._", StringComparison.Ordinal);

    private static IEnumerable<DataEntry> OpenAll(string path, string name, Predicate<string> isWanted)
    {
        if (Ends(name, ".zip"))
        {
            return OpenZip(path, name, isWanted);
        }

        return Ends(name, ".tar") || Ends(name, ".tar.gz") || Ends(name, ".tgz")
            ? OpenTar(path, name, isWanted)
            : OpenSingle(path, name, isWanted);
    }

    private static IEnumerable<DataEntry> OpenSingle(string path, string name, Predicate<string> isWanted)
    {
        if (isWanted(name))
        {
            using var stream = Decompressed(path, name);
            yield return new DataEntry(name, stream);
        }
    }

    private static IEnumerable<DataEntry> OpenZip(string path, string name, Predicate<string> isWanted)
    {
        using var archive = Guard(name, () => ZipFile.OpenRead(path));
        var entries = Guard(name, () => archive.Entries.OrderBy(entry => entry.FullName, StringComparer.Ordinal).ToList());
        foreach (var entry in entries.Where(entry => !entry.FullName.EndsWith('/')))
        {
            var inside = $"{name}/{entry.FullName}";
            if (!isWanted(inside))
            {
                continue;
            }

            if (entry.IsEncrypted)
            {
                throw new EvaluationDataException(inside, 0, "the entry of the archive is encrypted; put it there without a password");
            }

            using var stream = new CheckedStream(Guard(name, entry.Open), entry.Length, entry.Crc32);
            yield return new DataEntry(inside, stream);
        }
    }

    private static IEnumerable<DataEntry> OpenTar(string path, string name, Predicate<string> isWanted)
    {
        using var stream = Decompressed(path, name);
        using var archive = new TarReader(stream);
        while (Guard(name, () => archive.GetNextEntry()) is { } entry)
        {
            var inside = $"{name}/{entry.Name}";
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && isWanted(inside))
            {
                yield return new DataEntry(inside, entry.DataStream ?? Stream.Null);
            }
        }
    }

    /// <summary>.NET's own GZipStream takes a file that ends early for complete.</summary>
    private static Stream Decompressed(string path, string name)
    {
        var file = File.OpenRead(path);
        return Ends(name, ".gz") || Ends(name, ".tgz") ? new GZipInputStream(file) : file;
    }

    private static bool Ends(string name, string extension) => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase);

    private static T Guard<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is not EvaluationDataException)
        {
            throw new EvaluationDataException(name, 0, $"the archive is damaged or cut short ({fault.Message})", fault);
        }
    }
}
