namespace LibMoE.Runtime.Tests.Checkpoints.Files;

/// <summary>A file system on which some syncs do nothing: what the crash tests must be able to notice.</summary>
internal sealed class ForgetfulFiles(IRunFiles files, bool keepsFileSyncs, bool keepsFolderSyncs) : IRunFiles
{
    public IRunFile Create(string path) => new ForgetfulFile(files.Create(path), keepsFileSyncs);

    public IRunFile OpenRead(string path) => files.OpenRead(path);

    public IRunFile OpenWrite(string path) => new ForgetfulFile(files.OpenWrite(path), keepsFileSyncs);

    public RunEntry? Find(string path) => files.Find(path);

    public IReadOnlyList<RunEntry> List(string folder) => files.List(folder);

    public void CreateFolder(string path) => files.CreateFolder(path);

    public void Rename(string from, string to) => files.Rename(from, to);

    public void DeleteFile(string path) => files.DeleteFile(path);

    public void DeleteFolder(string path) => files.DeleteFolder(path);

    public void SyncFolder(string path)
    {
        if (keepsFolderSyncs)
        {
            files.SyncFolder(path);
        }
    }

    public IDisposable? TryLock(string path) => files.TryLock(path);

    private sealed class ForgetfulFile(IRunFile file, bool keepsSyncs) : IRunFile
    {
        public long Length => file.Length;

        public int Read(long offset, Span<byte> target) => file.Read(offset, target);

        public void Write(long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes);

        public void SetLength(long length) => file.SetLength(length);

        public void Sync()
        {
            if (keepsSyncs)
            {
                file.Sync();
            }
        }

        public void Dispose() => file.Dispose();
    }
}
