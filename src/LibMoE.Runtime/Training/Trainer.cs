using LibMoE.Runtime.Common;
using LibMoE.Runtime.Training;
using LibMoE.Runtime.Training.Learners;

namespace LibMoE.Runtime;

/// <summary>Trains a language model on a corpus, or any other learner.</summary>
public static class Trainer
{
    /// <summary>Trains the model and keeps nothing of it on disk; as the other overload without a storage.</summary>
    /// <inheritdoc
    /// cref="Train(LanguageModel, Corpus, TrainingConfig, TrainingStorage?, IProgress{TrainingProgress}?, CancellationToken)" />
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
    /// <exception cref="SafetensorsException">The checkpoint to go on from is damaged.</exception>
    public static TrainingResult Train(
        LanguageModel model,
        Corpus corpus,
        TrainingConfig config,
        TrainingStorage? storage,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        Check(model.Config, corpus, config);
        using var learner = new TextLearner(model, corpus, config);
        return Train(learner, config, storage, progress, cancellation);
    }

    /// <summary>As the overload without ranks, on several processes that train the model together; see
    /// <see cref="Train(Learner, TrainingConfig, Ranks, TrainingStorage?, IProgress{TrainingProgress}?, CancellationToken)"/>.</summary>
    /// <param name="model">Trained in place; made with the same ranks.</param>
    /// <param name="corpus">The text; its tokens must be below the model's vocabulary.</param>
    /// <param name="config">How to train.</param>
    /// <param name="ranks">The processes.</param>
    /// <param name="storage">Where the first rank keeps checkpoints, and which one all go on from; null keeps none.</param>
    /// <param name="progress">Reports on the first rank.</param>
    /// <param name="cancellation">On any rank, ends the run on all after the same step.</param>
    /// <exception cref="ConfigurationException">The configuration has problems, the corpus is smaller than one batch, or the batch cannot
    /// be divided among the ranks.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; its step is finished and saved.</exception>
    /// <exception cref="TrainingFailedException">The loss or the gradient was not finite for <see cref="TrainingConfig.NonFiniteLimit"/>
    /// steps in a row.</exception>
    /// <exception cref="StorageException">A checkpoint could not be written or read; older ones are as they were.</exception>
    /// <exception cref="SafetensorsException">The checkpoint to go on from is damaged.</exception>
    /// <exception cref="RankFailureException">The ranks did not come together.</exception>
    public static TrainingResult Train(
        LanguageModel model,
        Corpus corpus,
        TrainingConfig config,
        Ranks ranks,
        TrainingStorage? storage = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        Check(model.Config, corpus, config);
        using var learner = new TextLearner(model, corpus, config);
        return Train(learner, config, ranks, storage, progress, cancellation);
    }

    /// <summary>
    /// Trains a learner and measures it on held-out data, with the same promise: the same learner, configuration, machine and thread count
    /// give the same parameters bit for bit, also where the run was interrupted and resumed.
    /// </summary>
    /// <param name="learner">Trained in place.</param>
    /// <param name="config">How to train. <see cref="TrainingConfig.SequenceLength"/> is for text alone.</param>
    /// <param name="storage">Where checkpoints are kept, and which one to go on from; null keeps none.</param>
    /// <param name="progress">Reports every <see cref="TrainingConfig.LogEvery"/> steps, at every measurement,
    /// and after the last step.</param>
    /// <param name="cancellation">Ends the run after the step that it is in, saved where there is a storage.</param>
    /// <exception cref="ConfigurationException">The configuration has problems, or does not fit the learner.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; its step is finished and saved.</exception>
    /// <exception cref="TrainingFailedException">The loss or the gradient was not finite for <see cref="TrainingConfig.NonFiniteLimit"/>
    /// steps in a row.</exception>
    /// <exception cref="StorageException">A checkpoint could not be written or read; older ones are as they were.</exception>
    /// <exception cref="SafetensorsException">The checkpoint to go on from is damaged.</exception>
    /// <exception cref="InvalidOperationException">The learner gives something else than it must.</exception>
    public static TrainingResult Train(
        Learner learner,
        TrainingConfig config,
        TrainingStorage? storage = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default) => Train(learner, config, Ranks.One, storage, progress, cancellation);

    /// <summary>
    /// Trains a learner on several processes, each of which has a contiguous part of every batch, and measures it on held-out data. All
    /// ranks call this with the same learner and configuration and get the same result; the parameters are those of the first. What a
    /// micro-batch is, its noise included, does not depend on how many ranks there are, so R ranks train as one process with R times the
    /// micro-batches does, but for terms of the whole batch, which see the batch of all ranks and not one micro-batch of it.
    /// </summary>
    /// <param name="learner">Trained in place; its MoE layers are made with the same ranks (<see cref="MoeShape.Ranks"/>).</param>
    /// <param name="config">How to train; <see cref="TrainingConfig.Batch"/> counts the examples of all ranks,
    /// <see cref="TrainingConfig.MicroBatches"/> those parts of it that one rank computes.</param>
    /// <param name="ranks">The processes; <see cref="Ranks.One"/> is one.</param>
    /// <param name="storage">Where the first rank keeps checkpoints, and which one all go on from, in a folder that all see; null keeps
    /// none.</param>
    /// <param name="progress">Reports on the first rank, every <see cref="TrainingConfig.LogEvery"/> steps, at every measurement, and after
    /// the last step.</param>
    /// <param name="cancellation">On any rank, ends the run on all after the same step, saved where there is a storage.</param>
    /// <exception cref="ConfigurationException">The configuration has problems, does not fit the learner, or the batch cannot be divided
    /// among the ranks.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; its step is finished and saved.</exception>
    /// <exception cref="TrainingFailedException">The loss or the gradient was not finite for <see cref="TrainingConfig.NonFiniteLimit"/>
    /// steps in a row.</exception>
    /// <exception cref="StorageException">A checkpoint could not be written or read; older ones are as they were.</exception>
    /// <exception cref="SafetensorsException">The checkpoint to go on from is damaged.</exception>
    /// <exception cref="InvalidOperationException">The learner gives something else than it must.</exception>
    /// <exception cref="RankFailureException">The ranks did not come together.</exception>
    public static TrainingResult Train(
        Learner learner,
        TrainingConfig config,
        Ranks ranks,
        TrainingStorage? storage = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        Check(learner, config);
        ConfigurationException.ThrowIfAny(
        [
            .. new BatchParts(config.MicroBatches, ranks, config.Batch).Problems(),
            .. config.GroupRobust is not null && ranks.Size > 1
                ? [$"Training:GroupRobust is given to {ranks.Size} processes, whose weights would differ; train in one, or leave it out."]
                : Array.Empty<string>(),
        ]);
        using var threads = new ThreadCount(config.Threads);
        if (storage?.Resume is null)
        {
            learner.Begin(cancellation);
        }

        using var run = new TrainingRun(learner, config, ranks);
        var saver = new CheckpointSaver(run, storage?.Checkpoints);
        if (storage?.Resume is { } checkpoint)
        {
            RunCheckpoint.Restore(run, checkpoint);
            saver.IsSaved();
        }

        run.CheckStart();
        while (!run.IsFinished)
        {
            var figures = run.Step(cancellation.IsCancellationRequested);
            var heldOut = run.Measure(out var isBest);
            if (run.Report(heldOut) is { } report)
            {
                // Whoever is told may take his time, or fail: the others know it then.
                Together.First(ranks, $"report step {run.Done}", () => progress?.Report(report));
            }

            if (run.Skipped.InARow >= config.NonFiniteLimit)
            {
                throw NonFiniteFailure.Of(run, figures, ranks.IsFirst ? storage : null);
            }

            saver.AfterStep(isBest);

            // One process stops after the step that it is in; ranks agree in the step, so that a later wish ends the next one.
            if (ranks.Size == 1 ? cancellation.IsCancellationRequested : figures.Stop)
            {
                saver.Save();
                throw new OperationCanceledException(cancellation);
            }
        }

        saver.Save();
        return run.Result();
    }

    /// <summary>Refuses what training a learner would refuse.</summary>
    /// <exception cref="ConfigurationException">The configuration has problems, or does not fit the learner.</exception>
    public static void Check(Learner learner, TrainingConfig config) =>
        ConfigurationException.ThrowIfAny([.. config.Problems(), .. LearnerFit.Problems(learner, config)]);

    /// <summary>Refuses what training would refuse, before a model is made.</summary>
    /// <exception cref="ConfigurationException">The configuration has problems, or the corpus is smaller than one batch.</exception>
    public static void Check(ModelConfig model, Corpus corpus, TrainingConfig config)
    {
        ConfigurationException.ThrowIfAny([.. config.Problems(), .. Misfits(model, corpus, config)]);
        _ = new BatchSampler(corpus, config.SequenceLength, config.Batch, config.Seed);
        CorpusLoss.Check(corpus, config.SequenceLength, config.ValidationSequences);
    }

    private static IEnumerable<string> Misfits(ModelConfig model, Corpus corpus, TrainingConfig config)
    {
        if (config.Fairness is not null)
        {
            yield return "Training:Fairness is given, but a language model says yes or no of no groups of people; leave it out.";
        }

        if (config.GroupRobust is not null && corpus.Domains.Count == 1)
        {
            yield return "Training:GroupRobust is given, but the corpus has one domain; name several in Corpus:Domains, or leave it out.";
        }

        if (config.Meta is not null)
        {
            yield return "Training:Meta is given, but a language model learns no tasks of few examples; leave it out.";
        }

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
