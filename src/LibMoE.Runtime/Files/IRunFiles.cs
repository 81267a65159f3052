namespace LibMoE.Runtime;

/// <summary>
/// What a run asks of a file system, and nothing else: every file of a run goes through here, so that tests can put a model of a
/// failing disk in its place. Paths are used as given; a failure of the system is always a <see cref="StorageException"/>.
/// </summary>
/// <remarks>
/// Nothing is durable before it is asked for: a file's bytes after <see cref="IRunFile.Sync"/>, and the names in a folder (created,
/// renamed, deleted) after <see cref="SyncFolder"/>. Between these a power cut may keep or lose each change by itself.
/// </remarks>
public interface IRunFiles
{
    /// <summary>Creates an empty file open for reading and writing, in place of a file of that name.</summary>
    IRunFile Create(string path);

    /// <summary>Opens a file for reading.</summary>
    IRunFile OpenRead(string path);

    /// <summary>Opens an existing file for reading and writing, its bytes as they are.</summary>
    IRunFile OpenWrite(string path);

    /// <summary>What lies at a path, or null. A link is reported as a link, not as what it points to.</summary>
    RunEntry? Find(string path);

    /// <summary>What lies in a folder, by ordinal order of the names.</summary>
    IReadOnlyList<RunEntry> List(string folder);

    /// <summary>The path with every link in it followed. A file system without links returns it as it is.</summary>
    /// <exception cref="StorageException">It cannot be looked at, or its links lead in a circle.</exception>
    string Resolve(string path) => path;

    /// <summary>Creates a folder in an existing one; nothing happens when it is there.</summary>
    void CreateFolder(string path);

    /// <summary>
    /// Renames a file or folder within its folder, in one step: an observer sees the old name or the new one. A file of the new name is
    /// replaced; a folder of that name must be empty.
    /// </summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file; nothing happens when it is absent.</summary>
    void DeleteFile(string path);

    /// <summary>Deletes an empty folder.</summary>
    void DeleteFolder(string path);

    /// <summary>Makes the names in a folder durable.</summary>
    void SyncFolder(string path);

    /// <summary>
    /// Takes an exclusive lock on a file, which is created when absent. The system lets go of it when the process ends, however it ends.
    /// </summary>
    /// <returns>What to dispose to let go of the lock, or null when another holds it.</returns>
    IDisposable? TryLock(string path);
}
