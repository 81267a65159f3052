namespace LibMoE.Runtime.Files;

/// <summary>Turns what the system reports into a <see cref="StorageException"/>.</summary>
internal static class SystemErrors
{
    private const int WindowsFacility = unchecked((int)0x80070000);

    private static readonly Dictionary<StorageCause, string> Words = new()
    {
        [StorageCause.DiskFull] = "the disk, or your share of it, is full",
        [StorageCause.ReadOnly] = "the file system is read-only",
        [StorageCause.PermissionDenied] = "permission is denied",
        [StorageCause.NotFound] = "it does not exist",
        [StorageCause.AlreadyExists] = "the name is taken",
        [StorageCause.InUse] = "another process uses it",
        [StorageCause.TooLarge] = "it is larger, or its name longer, than the system allows",
        [StorageCause.DeviceError] = "the device reports an input/output error",
    };

    /// <summary>Error numbers of Linux and, where they differ, of macOS.</summary>
    private static readonly Dictionary<int, StorageCause> Posix = new()
    {
        [1] = StorageCause.PermissionDenied,    // EPERM
        [2] = StorageCause.NotFound,            // ENOENT
        [5] = StorageCause.DeviceError,         // EIO
        [11] = StorageCause.InUse,              // EAGAIN
        [13] = StorageCause.PermissionDenied,   // EACCES
        [16] = StorageCause.InUse,              // EBUSY
        [17] = StorageCause.AlreadyExists,      // EEXIST
        [20] = StorageCause.NotFound,           // ENOTDIR
        [27] = StorageCause.TooLarge,           // EFBIG
        [28] = StorageCause.DiskFull,           // ENOSPC
        [30] = StorageCause.ReadOnly,           // EROFS
        [36] = StorageCause.TooLarge,           // ENAMETOOLONG
        [39] = StorageCause.AlreadyExists,      // ENOTEMPTY
        [122] = StorageCause.DiskFull,          // EDQUOT
        [35] = StorageCause.InUse,              // EAGAIN of macOS
        [66] = StorageCause.AlreadyExists,      // ENOTEMPTY of macOS
        [69] = StorageCause.DiskFull,           // EDQUOT of macOS
    };

    private static readonly Dictionary<int, StorageCause> Windows = new()
    {
        [WindowsFacility | 0x13] = StorageCause.ReadOnly,         // ERROR_WRITE_PROTECT
        [WindowsFacility | 0x17] = StorageCause.DeviceError,      // ERROR_CRC
        [WindowsFacility | 0x20] = StorageCause.InUse,            // ERROR_SHARING_VIOLATION
        [WindowsFacility | 0x21] = StorageCause.InUse,            // ERROR_LOCK_VIOLATION
        [WindowsFacility | 0x27] = StorageCause.DiskFull,         // ERROR_HANDLE_DISK_FULL
        [WindowsFacility | 0x50] = StorageCause.AlreadyExists,    // ERROR_FILE_EXISTS
        [WindowsFacility | 0x70] = StorageCause.DiskFull,         // ERROR_DISK_FULL
        [WindowsFacility | 0x91] = StorageCause.AlreadyExists,    // ERROR_DIR_NOT_EMPTY
        [WindowsFacility | 0xB7] = StorageCause.AlreadyExists,    // ERROR_ALREADY_EXISTS
        [WindowsFacility | 0x45D] = StorageCause.DeviceError,     // ERROR_IO_DEVICE
    };

    /// <summary>
    /// Whether an exception is the system's word about a file. Not only IOException: a denied permission is an
    /// UnauthorizedAccessException, and a file above the size limit an ArgumentOutOfRangeException.
    /// </summary>
    public static bool IsOfStorage(Exception error) =>
        error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException or System.Security.SecurityException;

    /// <summary>Translates an exception of System.IO.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="done">What could not be done to it, as a participle: "written".</param>
    /// <param name="error">The exception.</param>
    public static StorageException Translate(string path, string done, Exception error) => Describe(path, done, CauseOf(error), error);

    /// <summary>Translates an error number of a system call.</summary>
    public static StorageException Translate(string path, string done, int errno) =>
        Describe(path, done, Posix.GetValueOrDefault(errno, StorageCause.Other), new IOException($"error number {errno}", errno));

    /// <summary>Whether an exception says that another process holds a lock on the file.</summary>
    public static bool IsLocked(Exception error) => CauseOf(error) == StorageCause.InUse;

    private static StorageException Describe(string path, string done, StorageCause cause, Exception error)
    {
        var why = Words.TryGetValue(cause, out var words) ? words : error.Message;
        return new StorageException(path, cause, $"{path} could not be {done}: {why}", error);
    }

    private static StorageCause CauseOf(Exception error) => error switch
    {
        UnauthorizedAccessException or System.Security.SecurityException => StorageCause.PermissionDenied,
        FileNotFoundException or DirectoryNotFoundException => StorageCause.NotFound,
        PathTooLongException or ArgumentOutOfRangeException => StorageCause.TooLarge,
        _ => (OperatingSystem.IsWindows() ? Windows : Posix).GetValueOrDefault(error.HResult, StorageCause.Other),
    };
}
