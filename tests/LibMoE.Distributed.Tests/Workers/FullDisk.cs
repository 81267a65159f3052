namespace LibMoE.Distributed.Tests.Workers;

/// <summary>A disk that has no room for the optimiser's state of step 10.</summary>
internal sealed class FullDisk(IRunFiles files) : IRunFiles
{
    public IRunFile Create(string path) => path.Contains("step-10.tmp/optimizer-", StringComparison.Ordinal)
        ? throw new StorageException(path, StorageCause.DiskFull, $"{path} could not be written: no space is left")
        : files.Create(path);

    public IRunFile OpenRead(string path) => files.OpenRead(path);

    public IRunFile OpenWrite(string path) => files.OpenWrite(path);

    public RunEntry? Find(string path) => files.Find(path);

    public IReadOnlyList<RunEntry> List(string folder) => files.List(folder);

    public string Resolve(string path) => files.Resolve(path);

    public void CreateFolder(string path) => files.CreateFolder(path);

    public void Rename(string from, string to) => files.Rename(from, to);

    public void DeleteFile(string path) => files.DeleteFile(path);

    public void DeleteFolder(string path) => files.DeleteFolder(path);

    public void SyncFolder(string path) => files.SyncFolder(path);

    public IDisposable? TryLock(string path) => files.TryLock(path);
}
