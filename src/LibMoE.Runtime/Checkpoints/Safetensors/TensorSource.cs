using LibMoE.Runtime.Checkpoints.Safetensors;

namespace LibMoE.Runtime;

/// <summary>Opens stored tensors, however they are laid out.</summary>
public static class TensorSource
{
    /// <summary>Opens a safetensors file, an index of shards, or a folder that has <c>model.safetensors</c> or its index.</summary>
    /// <remarks>Of a folder with both, the one file is taken if the index names it alone, as mlx-lm writes them.</remarks>
    /// <exception cref="SafetensorsException">A file breaks a rule of the format.</exception>
    /// <exception cref="StorageException">There is no such file, or it cannot be read.</exception>
    public static ITensorSource Open(IRunFiles files, string path)
    {
        if (files.Find(files.Followed(path)) is { Kind: RunEntryKind.Folder })
        {
            return OpenFolder(files, path);
        }

        return path.EndsWith(".json", StringComparison.Ordinal) ? ShardedTensors.Open(files, path) : SafetensorsFile.Open(files, path);
    }

    /// <summary>Opens a folder that has <c>model.safetensors</c> or its index.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="decoded">A dtype that cannot be held and that the caller decodes.</param>
    internal static ITensorSource OpenFolder(IRunFiles files, string folder, string? decoded = null)
    {
        var single = Path.Combine(folder, ModelFiles.Single);
        var index = Path.Combine(folder, ModelFiles.Index);
        return (files.Find(single), files.Find(index)) switch
        {
            (not null, null) => OpenSingle(files, folder, single, decoded),
            (null, not null) => ShardedTensors.Open(files, index, decoded),
            (not null, not null) when IsOfSingle(files, folder, index) => OpenSingle(files, folder, single, decoded),
            (null, null) => throw new StorageException(
                folder, StorageCause.NotFound, $"{folder} has neither {ModelFiles.Single} nor {ModelFiles.Index}"),
            _ => throw new StorageException(
                folder,
                StorageCause.Damaged,
                $"{folder} has both {ModelFiles.Single} and {ModelFiles.Index}, which may differ; name the one that is meant"),
        };
    }

    private static SafetensorsFile OpenSingle(IRunFiles files, string folder, string path, string? decoded) =>
        SafetensorsFile.Open(files, path, ModelLinks.Follow(files, folder, ModelFiles.Single), decoded);

    private static bool IsOfSingle(IRunFiles files, string folder, string path)
    {
        var index = ShardIndex.Read(files, path, ModelLinks.Follow(files, folder, ModelFiles.Index));
        return index.ShardOf.Values.All(shard => shard == ModelFiles.Single);
    }
}
