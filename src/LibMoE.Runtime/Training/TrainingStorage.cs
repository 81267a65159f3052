namespace LibMoE.Runtime;

/// <summary>Where a training run keeps what must outlive it.</summary>
/// <param name="Files">The file system.</param>
/// <param name="Folder">The run's own folder; it must exist.</param>
public sealed record TrainingStorage(IRunFiles Files, string Folder)
{
    /// <summary>The folder of the checkpoints in a run's own folder.</summary>
    public const string CheckpointFolder = CheckpointStore.FolderName;

    /// <summary>The checkpoints.</summary>
    public CheckpointStore Checkpoints { get; } = new(Files, Path.Combine(Folder, CheckpointFolder));

    /// <summary>The checkpoint to continue from; null starts from the beginning.</summary>
    public Checkpoint? Resume { get; init; }
}
