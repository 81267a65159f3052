using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Checkpoints.Safetensors;

/// <summary>A model in several files with an index. Opening reads and checks the header of every shard against the index.</summary>
internal sealed class ShardedTensors : ITensorSource
{
    private readonly Dictionary<string, SafetensorsFile> _shards = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, string> _shardOf;

    private ShardedTensors(IRunFiles files, string path, ShardIndex index, string? decoded)
    {
        Path = path;
        _shardOf = index.ShardOf;
        try
        {
            OpenShards(files, decoded);
            CheckPlaces();
        }
        catch
        {
            Dispose();
            throw;
        }

        var shards = _shards.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value).ToArray();
        Tensors = [.. shards.SelectMany(shard => shard.Tensors)];
        Metadata = shards.SelectMany(shard => shard.Metadata)
            .DistinctBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.Value);
    }

    public string Path { get; }

    public IReadOnlyList<TensorLayout> Tensors { get; }

    /// <summary>The names of the shards.</summary>
    public IEnumerable<string> Files => _shards.Keys;

    /// <summary>The texts of all shards; of a key in several, the first shard's.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens an index and its shards.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="path">The index.</param>
    /// <param name="decoded">A dtype that cannot be held and that the caller decodes.</param>
    /// <exception cref="SafetensorsException">The index or a shard breaks a rule of the format.</exception>
    /// <exception cref="StorageException">A file cannot be read.</exception>
    public static ShardedTensors Open(IRunFiles files, string path, string? decoded = null)
    {
        var target = ModelLinks.Follow(files, RunFilesExtensions.ParentOf(path), System.IO.Path.GetFileName(path));
        return new ShardedTensors(files, path, ShardIndex.Read(files, path, target), decoded);
    }

    public TensorLayout? Find(string name) => _shardOf.TryGetValue(name, out var shard) ? _shards[shard].Find(name) : null;

    public void ReadBytes(string name, long offset, Span<byte> target)
    {
        if (!_shardOf.TryGetValue(name, out var shard))
        {
            throw new StorageException(Path, StorageCause.NotFound, $"{Path} has no tensor {MessageText.Quote(name)}");
        }

        _shards[shard].ReadBytes(name, offset, target);
    }

    public void Dispose()
    {
        foreach (var shard in _shards.Values)
        {
            shard.Dispose();
        }
    }

    private void OpenShards(IRunFiles files, string? decoded)
    {
        var folder = RunFilesExtensions.ParentOf(Path);
        foreach (var name in _shardOf.Values.Distinct())
        {
            var shard = System.IO.Path.Combine(folder, name);
            switch (files.Find(shard)?.Kind)
            {
                case RunEntryKind.File or RunEntryKind.Link:
                    _shards.Add(name, SafetensorsFile.Open(files, shard, ModelLinks.Follow(files, folder, name), decoded));
                    break;
                case null:
                    throw new StorageException(shard, StorageCause.NotFound, $"{shard} does not exist, but {Path} names it");
                default:
                    throw Broken($"{name} is not a file but a folder");
            }
        }
    }

    /// <summary>That every tensor is where the index says. What the index names besides is for who asks for it to miss.</summary>
    private void CheckPlaces()
    {
        foreach (var (name, shard) in _shards)
        {
            foreach (var layout in shard.Tensors)
            {
                if (!_shardOf.TryGetValue(layout.Name, out var mapped) || mapped != name)
                {
                    throw Broken($"{name} has {MessageText.Quote(layout.Name)}, which the index does not place there");
                }
            }
        }
    }

    private SafetensorsException Broken(string detail) => new(Path, SafetensorsRule.Shards, detail);
}
