using LibMoE.Runtime.Checkpoints.Store;

namespace LibMoE.Runtime.Training;

/// <summary>Where a continued run starts from.</summary>
/// <param name="Checkpoint">The newest whole checkpoint; null where none was ever saved.</param>
/// <param name="Notes">What a person must know, one sentence each.</param>
internal sealed record ResumePoint(Checkpoint? Checkpoint, IReadOnlyList<string> Notes)
{
    /// <summary>Looks at the checkpoints of a run.</summary>
    /// <param name="storage">The run's own folder.</param>
    /// <param name="now">What the run is to be.</param>
    /// <param name="allowed">Settings, or whole sections, that may differ.</param>
    /// <exception cref="ConfigurationException">Something that matters differs; the message names each key with both values.</exception>
    /// <exception cref="StorageException">There are checkpoints, but every one is damaged.</exception>
    public static ResumePoint Find(TrainingStorage storage, CheckpointState now, IReadOnlyList<string> allowed)
    {
        var search = storage.Checkpoints.Newest();
        if (search.Newest is not { } newest)
        {
            return search.Damaged is [var first, ..]
                ? throw new StorageException(
                    storage.Checkpoints.Folder, StorageCause.Damaged,
                    $"{storage.Checkpoints.Folder} has no whole checkpoint to continue from: {first}")
                : new ResumePoint(null, [$"{storage.Checkpoints.Folder} has no checkpoint; training begins at step 0."]);
        }

        if (newest.State.Progress is null)
        {
            return new ResumePoint(
                null, [.. search.Damaged, $"{newest.Path} holds the model that training begins with; it begins at step 0."]);
        }

        ResumeCheck.ThrowIfChanged(newest.State, now, allowed);
        if (now.Training is { } config && StepThreads.Continued(newest.State.Machine.Threads, config) is { } threads)
        {
            now = now with { Machine = now.Machine with { Threads = threads } };
        }

        return new ResumePoint(
            newest,
            [
                .. search.Damaged,
                FormattableString.Invariant($"Training continues from step {newest.Step}, saved in {newest.Path}."),
                .. ResumeCheck.Warnings(newest.State, now),
            ]);
    }
}
