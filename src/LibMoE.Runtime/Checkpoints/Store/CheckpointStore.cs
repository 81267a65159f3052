using LibMoE.Runtime.Checkpoints.Store;

namespace LibMoE.Runtime;

/// <summary>
/// The checkpoints of one training run, one folder each. A kill or a power cut at any moment leaves the newest finished save usable, and
/// no file says which one that is: the newest folder whose manifest holds is.
/// </summary>
/// <remarks>
/// A save writes <c>step-N.tmp/</c>: every file, each made durable, the manifest last; makes the folder's names durable; renames it to
/// <c>step-N/</c>; makes that name durable. Only then are older ones deleted: each is renamed to <c>.tmp</c> first, so that half a
/// deleted checkpoint is never taken for a damaged one.
/// </remarks>
public sealed class CheckpointStore
{
    /// <summary>The folder of the checkpoints in a run's own folder.</summary>
    public const string FolderName = "checkpoints";

    private readonly IRunFiles _files;

    /// <summary>The checkpoints in a folder, which is created with the first save.</summary>
    public CheckpointStore(IRunFiles files, string folder) => (_files, Folder) = (files, folder);

    /// <summary>The folder that holds the checkpoints' folders.</summary>
    public string Folder { get; }

    /// <summary>Writes a checkpoint. When this returns it is durable. A whole one of that step is kept as it is.</summary>
    /// <param name="step">The optimiser steps done.</param>
    /// <param name="write">Writes the files; the manifest follows by itself.</param>
    /// <exception cref="StorageException">It could not be written; everything that was saved before is as it was.</exception>
    public void Save(long step, Action<CheckpointFiles> write)
    {
        if (!Begin(step))
        {
            return;
        }

        try
        {
            var files = Unfinished(step);
            write(files);
            Finish(step, files);
        }
        catch
        {
            Abandon(step);
            throw;
        }
    }

    /// <summary>Makes the folder that a checkpoint is written into.</summary>
    /// <returns>False where there is a whole one of that step.</returns>
    internal bool Begin(long step)
    {
        _files.CreateFolders(Folder);
        SweepUnfinished();
        if (IsWhole(step))
        {
            return false;
        }

        var unfinished = UnfinishedPathOf(step);
        try
        {
            _files.CreateFolder(unfinished);
            return true;
        }
        catch
        {
            _files.DeleteIfPossible(unfinished);
            throw;
        }
    }

    /// <summary>Takes files of a checkpoint that was begun, by this process or by one that sees the same folder.</summary>
    internal CheckpointFiles Unfinished(long step) => new(_files, UnfinishedPathOf(step));

    /// <summary>Writes the manifest of a checkpoint that was begun, and publishes it.</summary>
    internal void Finish(long step, CheckpointFiles files)
    {
        var unfinished = UnfinishedPathOf(step);
        var manifest = new CheckpointManifest(CheckpointManifest.CurrentSchema, step, [.. files.Written]);
        files.Write(CheckpointManifest.FileName, writer => writer.Write(manifest.ToBytes()));
        _files.SyncFolder(unfinished);
        Publish(unfinished, PathOf(step));
    }

    /// <summary>Takes away what was written of a checkpoint that was begun, if it can.</summary>
    internal void Abandon(long step) => _files.DeleteIfPossible(UnfinishedPathOf(step));

    /// <summary>Deletes all but the newest ones.</summary>
    /// <param name="last">How many of the newest to keep, at least 1.</param>
    /// <param name="also">A further step to keep, such as the best one.</param>
    /// <exception cref="StorageException">One could not be deleted; none of those to keep was touched.</exception>
    /// <exception cref="ArgumentOutOfRangeException">last is not above 0.</exception>
    public void Keep(int last, long? also = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(last);
        var steps = Steps();
        foreach (var step in steps.SkipLast(last).Where(step => step != also))
        {
            Delete(step);
        }
    }

    /// <summary>The steps that have a folder, in ascending order; whether each is whole is not looked at.</summary>
    /// <exception cref="StorageException">The folder cannot be listed.</exception>
    public IReadOnlyList<long> Steps() => _files.Find(Folder) is null
        ? []
        : [.. _files.List(Folder)
            .Where(entry => entry.Kind == RunEntryKind.Folder).Select(entry => CheckpointName.StepOf(entry.Name)).OfType<long>().Order()];

    /// <summary>Finds the newest checkpoint whose files are all what its manifest says.</summary>
    /// <exception cref="StorageException">The folder cannot be listed.</exception>
    public CheckpointSearch Newest()
    {
        var damaged = new List<string>();
        foreach (var step in Steps().Reverse())
        {
            try
            {
                return new CheckpointSearch(Open(step), damaged);
            }
            catch (StorageException error)
            {
                damaged.Add(error.Message);
            }
        }

        return new CheckpointSearch(null, damaged);
    }

    /// <summary>Opens the checkpoint of a step.</summary>
    /// <exception cref="StorageException">There is none, or it is damaged; the message names the file.</exception>
    public Checkpoint Open(long step) => Checkpoint.Open(_files, PathOf(step));

    private bool IsWhole(long step)
    {
        try
        {
            return Checkpoint.IsIn(_files, PathOf(step)) && Open(step).Step == step;
        }
        catch (StorageException error) when (error.Cause == StorageCause.Damaged)
        {
            return false;
        }
    }

    private string PathOf(long step) => Path.Combine(Folder, CheckpointName.Of(step));

    private string UnfinishedPathOf(long step) => Path.Combine(Folder, CheckpointName.UnfinishedOf(step));

    private void Publish(string unfinished, string finished)
    {
        // Here lies at most a damaged one, which a run that resumed from an older one has reached again.
        if (_files.Find(finished) is not null)
        {
            _files.DeleteTree(finished);
        }

        _files.Rename(unfinished, finished);
        _files.SyncFolder(Folder);
    }

    private void Delete(long step)
    {
        var unfinished = Path.Combine(Folder, CheckpointName.UnfinishedOf(step));
        _files.Rename(PathOf(step), unfinished);
        _files.SyncFolder(Folder);
        _files.DeleteTree(unfinished);
    }

    private void SweepUnfinished()
    {
        foreach (var entry in _files.List(Folder).Where(entry => CheckpointName.IsUnfinished(entry.Name)))
        {
            _files.DeleteTree(Path.Combine(Folder, entry.Name));
        }
    }
}
