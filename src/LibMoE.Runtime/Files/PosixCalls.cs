using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace LibMoE.Runtime.Files;

/// <summary>
/// The system calls that .NET either lacks or gets wrong. Flush(true) and RandomAccess.FlushToDisk of .NET 10 return normally on Linux
/// when fsync reports an error; a folder cannot be opened, so not synced either; and moving a folder is more than one call.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static partial class PosixCalls
{
    private const int Interrupted = 4;   // EINTR, on Linux and macOS
    private const int ReadOnly = 0;      // O_RDONLY

    /// <summary>Makes an open file's bytes durable.</summary>
    public static void Sync(SafeFileHandle file, string path)
    {
        // Only an interrupted call is repeated: after any other failure Linux may have marked the lost pages as clean.
        while (FSync(file) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno != Interrupted)
            {
                throw SystemErrors.Translate(path, "made durable", errno);
            }
        }
    }

    /// <summary>Makes the names in a folder durable.</summary>
    public static void SyncFolder(string path)
    {
        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            throw SystemErrors.Translate(path, "opened", errno);
        }

        using var folder = new SafeFileHandle(descriptor, ownsHandle: true);
        Sync(folder, path);
    }

    /// <summary>Renames in one step.</summary>
    public static void Rename(string from, string to)
    {
        if (RenameCall(from, to) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            throw SystemErrors.Translate(from, $"renamed to {Path.GetFileName(to)}", errno);
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameCall(string from, string to);
}
