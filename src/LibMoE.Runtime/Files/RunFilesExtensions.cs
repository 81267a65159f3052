using System.Buffers;
using System.Security.Cryptography;

namespace LibMoE.Runtime;

/// <summary>What is built from the steps of <see cref="IRunFiles"/>.</summary>
public static class RunFilesExtensions
{
    private const string UnfinishedSuffix = ".tmp";

    /// <summary>
    /// Writes a file so that every observer, also after a power cut, sees the old file or the whole new one: a sibling temporary is
    /// written and made durable, then renamed, then the folder is made durable.
    /// </summary>
    /// <returns>The file's name, length and SHA-256.</returns>
    /// <exception cref="StorageException">The file could not be written; one of that name is as it was.</exception>
    public static WrittenFile WriteAtomically(this IRunFiles files, string path, Action<RunFileWriter> write)
    {
        var unfinished = path + UnfinishedSuffix;
        try
        {
            WrittenFile written;
            using (var writer = new RunFileWriter(files, unfinished))
            {
                write(writer);
                written = writer.Finish();
            }

            files.Rename(unfinished, path);
            files.SyncFolder(ParentOf(path));
            return written with { Name = Path.GetFileName(path) };
        }
        catch
        {
            files.DeleteIfPossible(unfinished);
            throw;
        }
    }

    /// <summary>As the other overload, for bytes at hand.</summary>
    /// <exception cref="StorageException">The file could not be written; one of that name is as it was.</exception>
    public static WrittenFile WriteAtomically(this IRunFiles files, string path, ReadOnlyMemory<byte> bytes) =>
        files.WriteAtomically(path, writer => writer.Write(bytes.Span));

    /// <summary>Reads a whole file.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="path">The file.</param>
    /// <param name="limit">The most bytes that it may have.</param>
    /// <exception cref="StorageException">The file cannot be read, or has more bytes.</exception>
    public static byte[] ReadAll(this IRunFiles files, string path, int limit = 100_000_000)
    {
        using var file = files.OpenRead(path);
        var length = file.Length;
        if (length > limit)
        {
            throw new StorageException(path, StorageCause.TooLarge, $"{path} has {length} bytes; at most {limit} make sense here");
        }

        var bytes = new byte[length];
        if (file.Read(0, bytes) != length)
        {
            throw new StorageException(path, StorageCause.Damaged, $"{path} became shorter while it was read");
        }

        return bytes;
    }

    /// <summary>The SHA-256 of a file, 64 lower-case hexadecimal digits, in constant memory.</summary>
    /// <exception cref="StorageException">The file cannot be read.</exception>
    public static string Sha256(this IRunFiles files, string path)
    {
        using var file = files.OpenRead(path);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = ArrayPool<byte>.Shared.Rent(1 << 20);
        var offset = 0L;
        int read;
        while ((read = file.Read(offset, block)) > 0)
        {
            sha256.AppendData(block, 0, read);
            offset += read;
        }

        ArrayPool<byte>.Shared.Return(block);
        return Convert.ToHexStringLower(sha256.GetHashAndReset());
    }

    /// <summary>Creates a folder and those above it, each durable in its parent.</summary>
    /// <exception cref="StorageException">A folder cannot be created.</exception>
    public static void CreateFolders(this IRunFiles files, string path)
    {
        if (files.Find(path) is not null)
        {
            return;
        }

        var parent = ParentOf(path);
        files.CreateFolders(parent);
        files.CreateFolder(path);
        files.SyncFolder(parent);
    }

    /// <summary>Deletes a folder with everything that is in it; links are deleted, not followed.</summary>
    /// <exception cref="StorageException">Something cannot be deleted.</exception>
    public static void DeleteTree(this IRunFiles files, string folder)
    {
        foreach (var entry in files.List(folder))
        {
            var path = Path.Combine(folder, entry.Name);
            if (entry.Kind == RunEntryKind.Folder)
            {
                files.DeleteTree(path);
            }
            else
            {
                files.DeleteFile(path);
            }
        }

        files.DeleteFolder(folder);
    }

    /// <summary>What a path stands for where it is itself a link; else the path as it is.</summary>
    /// <exception cref="StorageException">It cannot be looked at.</exception>
    internal static string Followed(this IRunFiles files, string path) =>
        files.Find(Path.TrimEndingDirectorySeparator(path)) is { Kind: RunEntryKind.Link } ? files.Resolve(path) : path;

    /// <summary>The folder that a path lies in.</summary>
    internal static string ParentOf(string path) =>
        Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path)) is { Length: > 0 } parent ? parent : ".";

    /// <summary>Deletes what a failed write left. The caller gets the failure itself.</summary>
    internal static void DeleteIfPossible(this IRunFiles files, string path)
    {
        try
        {
            switch (files.Find(path)?.Kind)
            {
                case RunEntryKind.Folder:
                    files.DeleteTree(path);
                    break;
                case not null:
                    files.DeleteFile(path);
                    break;
            }
        }
        catch (StorageException)
        {
            // The next save sweeps it.
        }
    }
}
