using System.Security.Cryptography;
using System.Text;

namespace LibMoE.Runtime.Tests.Checkpoints.Files;

/// <summary>
/// A disk in memory that knows what is durable. It keeps every change that no sync has covered, and enumerates every state that a power
/// cut may leave: each change kept or lost by itself, a write also torn in the middle or present by its length only. That is more than
/// any real file system does; a protocol that survives it depends on no ordering but the syncs.
/// </summary>
internal sealed class ModelDisk : IRunFiles
{
    private readonly ModelFolder _root = new();
    private readonly HashSet<string> _locks = [];

    public ModelDisk()
    {
    }

    private ModelDisk(ModelFolder root)
    {
        _root = root;
    }

    /// <summary>Called after every step that changes the disk.</summary>
    public Action? Changed { get; set; }

    /// <summary>Every state that a power cut may leave now. The states share nothing with this disk.</summary>
    public IEnumerable<ModelDisk> PowerCuts() => _root.PowerCuts().Select(root => new ModelDisk((ModelFolder)root));

    /// <summary>The same disk after an orderly end: every change has arrived.</summary>
    public ModelDisk Settled() => new((ModelFolder)_root.Settled());

    /// <summary>A digest of names and bytes: two states of one digest need looking at only once.</summary>
    public string Fingerprint()
    {
        var text = new StringBuilder();
        _root.Describe(string.Empty, text);
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    public byte[] Bytes(string path) => FileAt(path).Live;

    public void Put(string path, byte[] bytes)
    {
        using var file = Create(path);
        file.Write(0, bytes);
        file.Sync();
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    public IRunFile Create(string path)
    {
        var (folder, name) = Parent(path);
        switch (folder.Live.GetValueOrDefault(name))
        {
            case ModelFolder:
                throw Error(path, StorageCause.AlreadyExists);
            case ModelFile existing:
                existing.SetLength(0);
                Step();
                return new OpenModelFile(this, existing);
            default:
                var file = new ModelFile();
                folder.Change((name, file));
                Step();
                return new OpenModelFile(this, file);
        }
    }

    public IRunFile OpenRead(string path) => new OpenModelFile(this, FileAt(path));

    public IRunFile OpenWrite(string path) => new OpenModelFile(this, FileAt(path));

    public RunEntry? Find(string path) => Lookup(path) is { } node ? Entry(Path.GetFileName(path), node) : null;

    public IReadOnlyList<RunEntry> List(string folder) =>
        [.. FolderAt(folder).Live.Select(pair => Entry(pair.Key, pair.Value)).OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    public void CreateFolder(string path)
    {
        var (folder, name) = Parent(path);
        if (!folder.Live.ContainsKey(name))
        {
            folder.Change((name, new ModelFolder()));
            Step();
        }
    }

    public void Rename(string from, string to)
    {
        var (folder, oldName) = Parent(from);
        var (target, newName) = Parent(to);
        if (!ReferenceEquals(folder, target))
        {
            throw new InvalidOperationException("The model renames within a folder only.");
        }

        var node = folder.Live.GetValueOrDefault(oldName) ?? throw Error(from, StorageCause.NotFound);
        if (folder.Live.GetValueOrDefault(newName) is ModelFolder { Live.Count: > 0 })
        {
            throw Error(from, StorageCause.AlreadyExists);
        }

        folder.Change((oldName, null), (newName, node));
        Step();
    }

    public void DeleteFile(string path)
    {
        var (folder, name) = Parent(path);
        if (folder.Live.ContainsKey(name))
        {
            folder.Change((name, null));
            Step();
        }
    }

    public void DeleteFolder(string path)
    {
        if (FolderAt(path).Live.Count > 0)
        {
            throw Error(path, StorageCause.AlreadyExists);
        }

        var (folder, name) = Parent(path);
        folder.Change((name, null));
        Step();
    }

    public void SyncFolder(string path)
    {
        FolderAt(path).Sync();
        Step();
    }

    public IDisposable? TryLock(string path)
    {
        if (Find(path) is null)
        {
            Create(path).Dispose();
        }

        return _locks.Add(path) ? new Held(() => _locks.Remove(path)) : null;
    }

    private static RunEntry Entry(string name, ModelNode node) => node is ModelFile file
        ? new RunEntry(name, RunEntryKind.File, file.Live.Length)
        : new RunEntry(name, RunEntryKind.Folder, 0);

    private static StorageException Error(string path, StorageCause cause) => new(path, cause, $"{path}: {cause}");

    private void Step() => Changed?.Invoke();

    private ModelFile FileAt(string path) => Lookup(path) as ModelFile ?? throw Error(path, StorageCause.NotFound);

    private ModelFolder FolderAt(string path) => Lookup(path) as ModelFolder ?? throw Error(path, StorageCause.NotFound);

    private (ModelFolder Folder, string Name) Parent(string path) => (FolderAt(Path.GetDirectoryName(path)!), Path.GetFileName(path));

    private ModelNode? Lookup(string path)
    {
        ModelNode? node = _root;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            node = (node as ModelFolder)?.Live.GetValueOrDefault(name);
        }

        return node;
    }

    private sealed class Held(Action release) : IDisposable
    {
        public void Dispose() => release();
    }

    private sealed class OpenModelFile(ModelDisk disk, ModelFile file) : IRunFile
    {
        public long Length => file.Live.Length;

        public int Read(long offset, Span<byte> target)
        {
            var bytes = file.Live.AsSpan((int)Math.Min(offset, file.Live.Length));
            var count = Math.Min(bytes.Length, target.Length);
            bytes[..count].CopyTo(target);
            return count;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            file.Write(offset, bytes.ToArray());
            disk.Step();
        }

        public void SetLength(long length)
        {
            file.SetLength(length);
            disk.Step();
        }

        public void Sync()
        {
            file.Sync();
            disk.Step();
        }

        public void Dispose()
        {
        }
    }
}
