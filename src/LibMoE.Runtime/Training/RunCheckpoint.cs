using System.Text.Json;
using LibMoE.Runtime.Checkpoints.Safetensors;
using LibMoE.Runtime.Files;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>Writes a training run into a checkpoint and takes it out again.</summary>
internal static class RunCheckpoint
{
    /// <summary>Saves the run as it stands.</summary>
    /// <param name="run">The run.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="store">Where.</param>
    /// <exception cref="StorageException">It could not be saved; older checkpoints are as they were.</exception>
    public static void Save(TrainingRun run, RunTensors tensors, CheckpointStore store)
    {
        using var scope = NewDisposeScope();
        store.Save(run.Done, files =>
        {
            WriteModel(run, tensors, files);
            files.WriteTensors(Checkpoint.OptimizerFile, Payloads(tensors.Optimizer), run.Config.ShardBytes);
            WriteRest(run, files);
        });
    }

    /// <summary>Writes the parameters and buffers, and their moving average where there is one.</summary>
    /// <exception cref="StorageException">A file could not be written.</exception>
    public static void WriteModel(TrainingRun run, RunTensors tensors, CheckpointFiles files)
    {
        files.WriteTensors(Checkpoint.ModelFile, Payloads(tensors.Model), run.Config.ShardBytes);
        if (tensors.Average is { } average)
        {
            files.WriteTensors(Checkpoint.AverageFile, Payloads(average), run.Config.ShardBytes);
        }
    }

    /// <summary>Writes what is neither the model nor the optimiser's.</summary>
    /// <exception cref="StorageException">A file could not be written.</exception>
    public static void WriteRest(TrainingRun run, CheckpointFiles files)
    {
        var extra = run.Learner.Extra.ToList();
        if (extra.Count > 0)
        {
            files.WriteTensors(Checkpoint.ExtraFile, Payloads(extra), run.Config.ShardBytes);
        }

        foreach (var file in run.Learner.Files)
        {
            files.Write(file.Name, writer => writer.Write(file.Bytes.Span));
        }

        files.Write(Checkpoint.StateFile, writer => writer.Write(JsonSerializer.SerializeToUtf8Bytes(StateOf(run), RunJson.Indented)));
    }

    /// <summary>Brings a fresh run of the same learner and configuration to where a checkpoint stands.</summary>
    /// <exception cref="StorageException">The checkpoint cannot be read, or its tensors are not this model's.</exception>
    public static void Restore(TrainingRun run, Checkpoint checkpoint)
    {
        using var scope = NewDisposeScope();
        Read(checkpoint, Checkpoint.ModelFile, ModelTensors(run.Learner.Model), run.Slices);
        OptimizerFile.Read(checkpoint, run.Optimizer, run.Slices);
        if (run.Average is { } average)
        {
            // An average that begins only now begins at the parameters.
            var begun = checkpoint.Has(Checkpoint.AverageFile) ? Checkpoint.AverageFile : Checkpoint.ModelFile;
            Read(checkpoint, begun, average.State, run.Slices);
        }

        var extra = run.Learner.Extra.ToList();
        if (extra.Count > 0)
        {
            Read(checkpoint, Checkpoint.ExtraFile, extra);
        }

        var progress = checkpoint.State.Progress ?? throw new StorageException(
            checkpoint.Path, StorageCause.Damaged,
            $"{checkpoint.Path} holds a model that was not trained here; there is nothing to resume");
        run.Restore((int)checkpoint.Step, progress);
    }

    /// <summary>Puts a checkpoint's parameters and buffers into a model of the same structure.</summary>
    /// <exception cref="StorageException">The checkpoint cannot be read, or its tensors are not this model's.</exception>
    public static void ReadModel(Checkpoint checkpoint, nn.Module model)
    {
        using var scope = NewDisposeScope();
        Read(checkpoint, Checkpoint.ModelFile, ModelTensors(model), ExpertSlices.Of(model));
    }

    /// <summary>Puts the parameters and buffers that a checkpoint's model is used with into a learner, the moving average where there is
    /// one, and what it keeps beside them.</summary>
    /// <exception cref="StorageException">The checkpoint cannot be read, or its tensors are not this learner's.</exception>
    public static void ReadUsed(Checkpoint checkpoint, Learner learner)
    {
        using var scope = NewDisposeScope();
        var used = checkpoint.Has(Checkpoint.AverageFile) ? Checkpoint.AverageFile : Checkpoint.ModelFile;
        Read(checkpoint, used, ModelTensors(learner.Model), ExpertSlices.Of(learner.Model));
        var extra = learner.Extra.ToList();
        if (extra.Count > 0)
        {
            Read(checkpoint, Checkpoint.ExtraFile, extra);
        }

        if (checkpoint.State.Progress is { } progress)
        {
            learner.State = progress.Learner;
        }
    }

    /// <summary>Puts some of a checkpoint's parameters and buffers into a part of a model.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="prefix">What stands before the part's names in it, with a dot at the end.</param>
    /// <param name="part">The part.</param>
    /// <exception cref="StorageException">The checkpoint cannot be read, or has no such tensors of these shapes.</exception>
    public static void ReadPart(Checkpoint checkpoint, string prefix, nn.Module part)
    {
        using var scope = NewDisposeScope();
        Read(checkpoint, Checkpoint.ModelFile, ModelTensors(part).Select(entry => (prefix + entry.Name, entry.Value)));
    }

    /// <summary>What identifies the run, and how it stands.</summary>
    public static CheckpointState StateOf(TrainingRun run) => run.Learner.Identity(run.Config) with
    {
        Step = run.Done,
        DType = run.Learner.Model.parameters().First().dtype,
        Progress = run.State,
    };

    /// <summary>What must be the same for a run of text to be resumed.</summary>
    public static CheckpointState Identity(ModelConfig model, MoeVariant? variant, Corpus corpus, TrainingConfig config) =>
        CheckpointState.Of(model, variant, TokenizerIdentity.Of(corpus.Tokenizer), config.Threads) with
        {
            Corpus = new CorpusIdentity(corpus.Name, corpus.Sha256),
            Domains = [.. corpus.Domains.Select(domain => new DomainShare(domain.Name, domain.Weight))],
            Training = config,
        };

    /// <summary>What must be the same for a run of a program's own learner to be resumed.</summary>
    public static CheckpointState Identity(Learner learner, TrainingConfig config) =>
        CheckpointState.Of(learner.Name, learner.Declaration, learner.StructureHash, learner.Settings, config.Threads) with
        {
            Corpus = learner.Data,
            Training = config,
        };

    private static IEnumerable<(string Name, Tensor Value)> ModelTensors(nn.Module model) =>
        model.state_dict().Select(entry => (entry.Key, entry.Value));

    private static TensorPayload[] Payloads(IEnumerable<(string Name, Tensor Value)> tensors) =>
        [.. tensors.Select(entry => TensorPayload.Of(entry.Name, entry.Value))];

    private static void Read(
        Checkpoint checkpoint, string file, IEnumerable<(string Name, Tensor Value)> targets, ExpertSlices? slices = null)
    {
        using var source = checkpoint.Open(file);
        using var own = new RowsOfTensors(source, name => slices?.Find(name) is { } slice ? (slice.First, slice.Count) : null);
        foreach (var (name, target) in targets)
        {
            own.ReadInto(name, target);
        }
    }
}
