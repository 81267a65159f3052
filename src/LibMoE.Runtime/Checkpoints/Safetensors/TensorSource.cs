namespace LibMoE.Runtime;

/// <summary>Opens stored tensors, however they are laid out.</summary>
public static class TensorSource
{
    /// <summary>Opens a safetensors file, an index of shards, or a folder that has <c>model.safetensors</c> or its index.</summary>
    /// <exception cref="SafetensorsException">A file breaks a rule of the format.</exception>
    /// <exception cref="StorageException">There is no such file, or it cannot be read.</exception>
    public static ITensorSource Open(IRunFiles files, string path)
    {
        if (files.Find(path) is { Kind: RunEntryKind.Folder })
        {
            return OpenFolder(files, path);
        }

        return path.EndsWith(".json", StringComparison.Ordinal) ? ShardedTensors.Open(files, path) : SafetensorsFile.Open(files, path);
    }

    private static ITensorSource OpenFolder(IRunFiles files, string folder)
    {
        var single = Path.Combine(folder, ModelFiles.Single);
        var index = Path.Combine(folder, ModelFiles.Index);
        return (files.Find(single), files.Find(index)) switch
        {
            (not null, null) => SafetensorsFile.Open(files, single),
            (null, not null) => ShardedTensors.Open(files, index),
            (null, null) => throw new StorageException(
                folder, StorageCause.NotFound, $"{folder} has neither {ModelFiles.Single} nor {ModelFiles.Index}"),
            _ => throw new StorageException(
                folder,
                StorageCause.Damaged,
                $"{folder} has both {ModelFiles.Single} and {ModelFiles.Index}, which may differ; name the one that is meant"),
        };
    }
}
