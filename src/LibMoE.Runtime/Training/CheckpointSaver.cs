using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>Decides when a run is saved and which of its checkpoints are kept.</summary>
/// <param name="run">The run.</param>
/// <param name="store">Where; null saves nothing.</param>
internal sealed class CheckpointSaver(TrainingRun run, CheckpointStore? store)
{
    private int _saved = -1;

    /// <summary>The run stands as a checkpoint has it.</summary>
    public void IsSaved() => _saved = run.Done;

    /// <summary>Saves where that is due: every so many steps, and at the best one; but not while steps are skipped, so that a run that goes
    /// bad does not push out its good checkpoints.</summary>
    public void AfterStep(bool isBest)
    {
        if (run.Skipped.InARow > 0)
        {
            return;
        }

        if (isBest || (run.Config.CheckpointEvery > 0 && run.Done % run.Config.CheckpointEvery == 0))
        {
            Save();
        }
    }

    /// <summary>Saves, unless that was done at this step, and deletes what is not to be kept.</summary>
    /// <exception cref="StorageException">It could not be saved; older checkpoints are as they were.</exception>
    public void Save()
    {
        if (store is null || _saved == run.Done)
        {
            return;
        }

        using var scope = NewDisposeScope();
        if (run.Optimizer.IsSplit)
        {
            SharedSave.Run(run, store);
        }

        var tensors = run.Optimizer.IsSplit ? null : RunTensors.Of(run);
        Together.First(run.Ranks, $"save step {run.Done}", () =>
        {
            if (tensors is not null)
            {
                RunCheckpoint.Save(run, tensors, store);
            }

            store.Keep(run.Config.KeepLast, run.BestStep);
        });
        IsSaved();
    }
}
