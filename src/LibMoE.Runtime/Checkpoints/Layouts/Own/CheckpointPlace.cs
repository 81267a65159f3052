namespace LibMoE.Runtime.Checkpoints.Layouts.Own;

/// <summary>Finds the checkpoint that a folder of this library's own stands for: a checkpoint, a cell of a run,
/// or a run of one cell.</summary>
internal static class CheckpointPlace
{
    /// <summary>Whether there are checkpoints in the folder, whole or not.</summary>
    public static bool IsIn(IRunFiles files, string folder) =>
        Checkpoint.IsIn(files, folder) || Stores(files, folder).Count > 0;

    /// <summary>Opens the checkpoint, or the newest whole one of the cell.</summary>
    /// <exception cref="ConfigurationException">The run has several cells; the message names them.</exception>
    /// <exception cref="StorageException">No checkpoint is whole; the message says what is wrong with the newest.</exception>
    public static Checkpoint Open(IRunFiles files, string folder)
    {
        if (Checkpoint.IsIn(files, folder))
        {
            return Checkpoint.Open(files, folder);
        }

        var stores = Stores(files, folder);
        if (stores.Count > 1)
        {
            throw new ConfigurationException($"{folder} has several models; name one of "
                + $"{string.Join(", ", stores.Select(store => Path.GetDirectoryName(store.Folder)))}.");
        }

        var search = stores[0].Newest();
        return search.Newest ?? throw new StorageException(
            stores[0].Folder, StorageCause.Damaged, $"{stores[0].Folder} has no whole checkpoint: {string.Join("; ", search.Damaged)}");
    }

    /// <summary>The stores with at least one checkpoint: of the folder itself, of the cell, or of the run's cells.</summary>
    private static List<CheckpointStore> Stores(IRunFiles files, string folder)
    {
        string[] own = [folder, Path.Combine(folder, CheckpointStore.FolderName)];
        var cells = Folders(files, folder)
            .SelectMany(variant => Folders(files, variant)).Select(cell => Path.Combine(cell, CheckpointStore.FolderName));
        return [.. own.Concat(cells)
            .Where(path => files.Find(path) is { Kind: RunEntryKind.Folder })
            .Select(path => new CheckpointStore(files, path))
            .Where(store => store.Steps().Count > 0)];
    }

    private static IEnumerable<string> Folders(IRunFiles files, string folder) => files.Find(folder) is { Kind: RunEntryKind.Folder }
        ? files.List(folder).Where(entry => entry.Kind == RunEntryKind.Folder).Select(entry => Path.Combine(folder, entry.Name))
        : [];
}
