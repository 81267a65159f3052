using LibMoE.Runtime.Files;

namespace LibMoE.Runtime;

/// <summary>
/// The files of this machine. Tested on Linux. macOS uses the same calls, Windows the portable ones of .NET (NTFS keeps a journal of
/// names, so syncing a folder does nothing there); neither has been run by a test.
/// </summary>
public sealed class DiskFiles : IRunFiles
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private DiskFiles()
    {
    }

    /// <summary>The one instance; it holds no state.</summary>
    public static DiskFiles Instance { get; } = new();

    /// <inheritdoc/>
    public IRunFile Create(string path) => Open(path, "created", FileMode.Create, FileAccess.ReadWrite, FileShare.Read);

    /// <inheritdoc/>
    public IRunFile OpenRead(string path) =>
        Open(path, "opened", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <inheritdoc/>
    public IRunFile OpenWrite(string path) => Open(path, "opened", FileMode.Open, FileAccess.ReadWrite, FileShare.Read);

    /// <inheritdoc/>
    public RunEntry? Find(string path) => Try(path, "looked at", () =>
    {
        var info = new FileInfo(path);
        return info.Exists || Directory.Exists(path) || info.LinkTarget is not null ? Entry(info) : (RunEntry?)null;
    });

    /// <inheritdoc/>
    public IReadOnlyList<RunEntry> List(string folder) => Try(folder, "listed", () =>
        new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Everything).Select(Entry)
            .OrderBy(entry => entry.Name, StringComparer.Ordinal).ToArray());

    /// <inheritdoc/>
    public string Resolve(string path) => Try(path, "looked at", () => RealPath.Of(path));

    /// <inheritdoc/>
    public void CreateFolder(string path) => Try(path, "created", () => Directory.CreateDirectory(path));

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        if (!OperatingSystem.IsWindows())
        {
            PosixCalls.Rename(from, to);
            return;
        }

        Try(from, $"renamed to {Path.GetFileName(to)}", () =>
        {
            if (Directory.Exists(from))
            {
                Directory.Move(from, to);
            }
            else
            {
                File.Move(from, to, overwrite: true);
            }

            return true;
        });
    }

    /// <inheritdoc/>
    public void DeleteFile(string path) => Try(path, "deleted", () =>
    {
        File.Delete(path);
        return true;
    });

    /// <inheritdoc/>
    public void DeleteFolder(string path) => Try(path, "deleted", () =>
    {
        Directory.Delete(path);
        return true;
    });

    /// <inheritdoc/>
    public void SyncFolder(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            PosixCalls.SyncFolder(path);
        }
    }

    /// <inheritdoc/>
    public IDisposable? TryLock(string path)
    {
        try
        {
            // FileShare.None is flock(LOCK_EX) on Unix: it belongs to the open file, so the kernel drops it with the process.
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (SystemErrors.IsLocked(error))
        {
            return null;
        }
        catch (Exception error) when (SystemErrors.IsOfStorage(error))
        {
            throw SystemErrors.Translate(path, "locked", error);
        }
    }

    private static DiskFile Open(string path, string done, FileMode mode, FileAccess access, FileShare share) =>
        Try(path, done, () => new DiskFile(path, File.OpenHandle(path, mode, access, share)));

    private static RunEntry Entry(FileSystemInfo info)
    {
        if (info.Attributes.HasFlag(FileAttributes.ReparsePoint))
        {
            return new RunEntry(info.Name, RunEntryKind.Link, 0);
        }

        return info.Attributes.HasFlag(FileAttributes.Directory)
            ? new RunEntry(info.Name, RunEntryKind.Folder, 0)
            : new RunEntry(info.Name, RunEntryKind.File, info is FileInfo file ? file.Length : 0);
    }

    private static T Try<T>(string path, string done, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (SystemErrors.IsOfStorage(error))
        {
            throw SystemErrors.Translate(path, done, error);
        }
    }
}
