using LibMoE.Runtime.Common;
using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Trains one model on one corpus.</summary>
public static class Trainer
{
    /// <summary>Trains the model and keeps nothing of it on disk; as the other overload without a storage.</summary>
    public static TrainingResult Train(
        LanguageModel model,
        Corpus corpus,
        TrainingConfig config,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default) => Train(model, corpus, config, storage: null, progress, cancellation);

    /// <summary>
    /// Trains the model and measures it on the held-out part. The same model, corpus, configuration, machine and thread count give the
    /// same parameters bit for bit, also where the run was interrupted and resumed; models that share <see cref="TrainingConfig.Seed"/>
    /// see the same batches in the same order.
    /// </summary>
    /// <param name="model">Trained in place.</param>
    /// <param name="corpus">The text; its tokens must be below the model's vocabulary.</param>
    /// <param name="config">How to train.</param>
    /// <param name="storage">Where checkpoints are kept, and which one to go on from; null keeps none.</param>
    /// <param name="progress">Reports every <see cref="TrainingConfig.LogEvery"/> steps, at every measurement,
    /// and after the last step.</param>
    /// <param name="cancellation">Ends the run after the step that it is in, saved where there is a storage.</param>
    /// <exception cref="ConfigurationException">The configuration has problems, or the corpus is smaller than one batch.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; its step is finished and saved.</exception>
    /// <exception cref="TrainingFailedException">The loss or the gradient was not finite for <see cref="TrainingConfig.NonFiniteLimit"/>
    /// steps in a row.</exception>
    /// <exception cref="StorageException">A checkpoint could not be written or read; older ones are as they were.</exception>
    public static TrainingResult Train(
        LanguageModel model,
        Corpus corpus,
        TrainingConfig config,
        TrainingStorage? storage,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        Check(model.Config, corpus, config);
        CheckCompute(model, config);
        using var threads = new ThreadCount(config.Threads);
        using var run = new TrainingRun(model, corpus, config);
        var saver = new CheckpointSaver(run, storage?.Checkpoints);
        if (storage?.Resume is { } checkpoint)
        {
            RunCheckpoint.Restore(run, checkpoint);
            saver.IsSaved();
        }

        while (!run.IsFinished)
        {
            var figures = run.Step();
            var validationLoss = run.Measure(out var isBest);
            if (run.Report(validationLoss) is { } report)
            {
                progress?.Report(report);
            }

            if (run.Skipped.InARow >= config.NonFiniteLimit)
            {
                throw NonFiniteFailure.Of(run, figures, storage);
            }

            saver.AfterStep(isBest);
            if (cancellation.IsCancellationRequested)
            {
                saver.Save();
                cancellation.ThrowIfCancellationRequested();
            }
        }

        saver.Save();
        return run.Result();
    }

    /// <summary>Refuses what training would refuse, before a model is made.</summary>
    /// <exception cref="ConfigurationException">The configuration has problems, or the corpus is smaller than one batch.</exception>
    public static void Check(ModelConfig model, Corpus corpus, TrainingConfig config)
    {
        ConfigurationException.ThrowIfAny([.. config.Problems(), .. Misfits(model, corpus, config)]);
        _ = new BatchSampler(corpus, config.SequenceLength, config.Batch, config.Seed);
        CorpusLoss.Check(corpus, config.SequenceLength, config.ValidationSequences);
    }

    /// <summary>A dense model has no experts, and computes in the type of its parameters.</summary>
    private static void CheckCompute(LanguageModel model, TrainingConfig config)
    {
        if (model.MoeLayers.Count > 0 && config.Compute == ComputeType.BFloat16 != (model.Compute == ScalarType.BFloat16))
        {
            throw new ConfigurationException(
                $"Training is to compute in {config.Compute}, but the experts of this model compute in {model.Compute}; "
                    + "make it with that type.");
        }
    }

    private static IEnumerable<string> Misfits(ModelConfig model, Corpus corpus, TrainingConfig config)
    {
        if (config.SequenceLength > model.Context)
        {
            yield return $"Training:SequenceLength is {config.SequenceLength}; it must not be above Model:Context, which is "
                + $"{model.Context}.";
        }

        if (model.Vocabulary < corpus.Vocabulary)
        {
            yield return $"Model:Vocabulary is {model.Vocabulary}; the corpus {corpus.Name} needs at least {corpus.Vocabulary}.";
        }
    }
}
