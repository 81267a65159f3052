namespace LibMoE.Runtime.Tests.Checkpoints.Store;

/// <summary>How a call fails.</summary>
public enum Fault
{
    /// <summary>EIO.</summary>
    DeviceError,

    /// <summary>ENOSPC, with half of the bytes written.</summary>
    DiskFull,

    /// <summary>EACCES.</summary>
    PermissionDenied,

    /// <summary>Half of the bytes are written, and the call reports success.</summary>
    ShortWrite,
}

/// <summary>A file system of which one call fails: the n-th, from 1.</summary>
internal sealed class FailingFiles(IRunFiles files, int failing, Fault fault) : IRunFiles
{
    /// <summary>How many calls there were.</summary>
    public int Calls { get; private set; }

    /// <summary>Whether the call that was to fail did.</summary>
    public bool Failed { get; private set; }

    public IRunFile Create(string path) => new FailingFile(this, path, Do(path, () => files.Create(path)));

    public IRunFile OpenRead(string path) => new FailingFile(this, path, Do(path, () => files.OpenRead(path)));

    public IRunFile OpenWrite(string path) => new FailingFile(this, path, Do(path, () => files.OpenWrite(path)));

    public RunEntry? Find(string path) => Do(path, () => files.Find(path));

    public IReadOnlyList<RunEntry> List(string folder) => Do(folder, () => files.List(folder));

    public void CreateFolder(string path) => Do(path, () => files.CreateFolder(path));

    public void Rename(string from, string to) => Do(from, () => files.Rename(from, to));

    public void DeleteFile(string path) => Do(path, () => files.DeleteFile(path));

    public void DeleteFolder(string path) => Do(path, () => files.DeleteFolder(path));

    public void SyncFolder(string path) => Do(path, () => files.SyncFolder(path));

    public IDisposable? TryLock(string path) => Do(path, () => files.TryLock(path));

    private void Do(string path, Action action) => Do(path, () =>
    {
        action();
        return true;
    });

    private T Do<T>(string path, Func<T> action) => IsTurn() && fault != Fault.ShortWrite ? throw Error(path) : action();

    private bool IsTurn()
    {
        Calls++;
        Failed |= Calls == failing;
        return Calls == failing;
    }

    private StorageException Error(string path) => new(path, Enum.Parse<StorageCause>(fault.ToString()), $"{path}: {fault}");

    private Fault Kind => fault;

    private sealed class FailingFile(FailingFiles disk, string path, IRunFile file) : IRunFile
    {
        public long Length => disk.Do(path, () => file.Length);

        public int Read(long offset, Span<byte> target) =>
            disk.IsTurn() && disk.Kind != Fault.ShortWrite ? throw disk.Error(path) : file.Read(offset, target);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            if (!disk.IsTurn())
            {
                file.Write(offset, bytes);
                return;
            }

            if (disk.Kind is Fault.ShortWrite or Fault.DiskFull)
            {
                file.Write(offset, bytes[..(bytes.Length / 2)]);
            }

            if (disk.Kind != Fault.ShortWrite)
            {
                throw disk.Error(path);
            }
        }

        public void SetLength(long length) => disk.Do(path, () => file.SetLength(length));

        public void Sync() => disk.Do(path, file.Sync);

        public void Dispose() => file.Dispose();
    }
}
