using System.Text.Json;
using LibMoE.Runtime.Checkpoints.Safetensors;
using LibMoE.Runtime.Files;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>
/// Saves a run whose ranks each have a part of its state, into one checkpoint: the first makes the unfinished folder, each writes its own
/// files into it, and only when all are durable the first writes the manifest and publishes. Where one fails, nothing is published, and all
/// ranks learn it.
/// </summary>
internal static class SharedSave
{
    /// <summary>Called by all ranks at the same step.</summary>
    /// <param name="run">The run.</param>
    /// <param name="store">Where, in a folder that all ranks see.</param>
    /// <exception cref="StorageException">A rank could not write; what was saved before is valid.</exception>
    public static void Run(TrainingRun run, CheckpointStore store)
    {
        var (ranks, step) = (run.Ranks, run.Done);
        var what = $"save step {step}";
        var begins = false;
        Together.First(ranks, what, () => begins = store.Begin(step));
        if (new StepAgreement(ranks).FirstSays(begins ? 1 : 0, step) == 0)
        {
            return;
        }

        var files = store.Unfinished(step);
        try
        {
            // The first rank abandons it in any case, so that what waits for others is within.
            if (!Together.Wait(ranks, what, Task.Run(() => Write(run, files))))
            {
                throw new StorageException(
                    store.Folder, StorageCause.Other, $"another rank could not {what}, so that none did; what was saved before is valid");
            }

            var written = RankBytes.ToFirst(ranks, JsonSerializer.SerializeToUtf8Bytes(files.Written, RunJson.Line), what);
            Together.First(ranks, what, () =>
            {
                var shards = written.SelectMany(bytes => JsonSerializer.Deserialize<WrittenFile[]>(bytes, RunJson.Line)!)
                    .Where(file => ModelFiles.IsPartOf(Checkpoint.OptimizerFile, file.Name)).ToList();
                var all = store.Unfinished(step);
                all.Adopt([.. files.Written.Except(shards)]);
                all.Adopt(Checkpoint.OptimizerFile, shards);
                store.Finish(step, all);
            });
        }
        catch (Exception failed) when (failed is not RankFailureException && ranks.IsFirst)
        {
            store.Abandon(step);
            throw;
        }
    }

    private static void Write(TrainingRun run, CheckpointFiles files)
    {
        using var scope = NewDisposeScope();
        var (ranks, own) = (run.Ranks, run.Optimizer.State.ToList());
        if (ranks.IsFirst)
        {
            RunCheckpoint.WriteModel(run, RunTensors.Of(run), files);
            RunCheckpoint.WriteRest(run, files);
        }

        if (own.Count > 0)
        {
            var name = ModelFiles.ShardOf(Checkpoint.OptimizerFile, ranks.Rank + 1, ranks.Size);
            files.Write(name, writer => SafetensorsWriter.Write(
                writer, [.. own.Select(entry => TensorPayload.Of(entry.Name, entry.Value))]));
        }
    }
}
