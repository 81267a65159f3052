using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Trains one model on one corpus.</summary>
public static class Trainer
{
    private const int FinalShare = 10;

    /// <summary>
    /// Trains the model and measures it on the held-out part. The same model, corpus, configuration, machine and thread count give the
    /// same parameters bit for bit; models that share <see cref="TrainingConfig.Seed"/> see the same batches in the same order.
    /// </summary>
    /// <param name="model">Trained in place.</param>
    /// <param name="corpus">The text; its tokens must be below the model's vocabulary.</param>
    /// <param name="config">How to train.</param>
    /// <param name="progress">Told every <see cref="TrainingConfig.LogEvery"/> steps, and after the last one.</param>
    /// <param name="cancellation">Ends the run after the step that it is in.</param>
    /// <exception cref="ConfigurationException">The configuration has problems, or the corpus is smaller than one batch.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; its step is finished.</exception>
    /// <exception cref="TrainingFailedException">The loss or the gradient is not finite.</exception>
    public static TrainingResult Train(
        LanguageModel model,
        Corpus corpus,
        TrainingConfig config,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        Check(model.Config, corpus, config);
        var sampler = new BatchSampler(corpus.Train, config.SequenceLength, config.Batch, config.Seed);
        using var threads = new ThreadCount(config.Threads);
        using var optimizer = new AdamW(model.named_parameters().Select(entry => (entry.name, entry.parameter)), config);
        manual_seed(config.Seed);
        model.train();

        var step = new OptimizerStep(model, optimizer, sampler, config);
        var schedule = LearningRateSchedule.Of(config);
        var meter = new ProgressMeter(config);
        var losses = new List<double>(config.Steps);
        var history = new List<TrainingProgress>();
        for (var done = 0; done < config.Steps;)
        {
            var learningRate = schedule.At(done);
            var figures = step.Run(done, learningRate);
            done++;
            losses.Add(figures.Loss);
            meter.Add(figures);
            if (done % config.LogEvery == 0 || done == config.Steps)
            {
                history.Add(meter.Report(done, learningRate));
                progress?.Report(history[^1]);
            }

            cancellation.ThrowIfCancellationRequested();
        }

        var elapsed = meter.Elapsed.TotalSeconds;
        var heldOut = HeldOutLoss.Measure(model, corpus.Validation, config.SequenceLength, config.ValidationSequences, config.Batch);
        var declaration = model.Variant?.Declaration;
        return new TrainingResult
        {
            Name = model.Name,
            Seed = config.Seed,
            StructureHash = model.StructureHash,
            TotalParameters = ModelCost.TotalParameters(model.Config, declaration),
            ActiveParameters = ModelCost.ActiveParameters(model.Config, declaration),
            FlopsPerToken = ModelCost.FlopsPerToken(model.Config, declaration),
            TrainLoss = losses.TakeLast(Math.Max(1, config.Steps / FinalShare)).Average(),
            ValidationLoss = heldOut.Mean,
            ValidationLossStdErr = heldOut.StdErr,
            SequenceLosses = heldOut.PerSequence,
            PerplexityPerByte = Math.Exp(heldOut.Mean),
            TokensPerSecond = (double)config.Steps * config.Batch * config.SequenceLength / elapsed,
            WallSeconds = elapsed,
            Load = heldOut.Load,
            History = history,
        };
    }

    /// <summary>Refuses what <see cref="Train"/> would refuse, before a model is made.</summary>
    /// <exception cref="ConfigurationException">The configuration has problems, or the corpus is smaller than one batch.</exception>
    public static void Check(ModelConfig model, Corpus corpus, TrainingConfig config)
    {
        ConfigurationException.ThrowIfAny([.. config.Problems(), .. Misfits(model, corpus, config)]);
        _ = new BatchSampler(corpus.Train, config.SequenceLength, config.Batch, config.Seed);
        _ = HeldOutLoss.Starts(corpus.Validation, config.SequenceLength, config.ValidationSequences);
    }

    private static IEnumerable<string> Misfits(ModelConfig model, Corpus corpus, TrainingConfig config)
    {
        if (config.SequenceLength > model.Context)
        {
            yield return $"Training:SequenceLength is {config.SequenceLength}; it must not be above Model:Context, which is {model.Context}.";
        }

        if (model.Vocabulary < corpus.Vocabulary)
        {
            yield return $"Model:Vocabulary is {model.Vocabulary}; the corpus {corpus.Name} needs at least {corpus.Vocabulary}.";
        }
    }
}
