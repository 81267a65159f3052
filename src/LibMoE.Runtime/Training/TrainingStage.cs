using LibMoE.Runtime.Training;

namespace LibMoE.Runtime;

/// <summary>A stage that comes before a study's own training: how long, how fast, and which parts of the model learn.</summary>
public sealed record TrainingStage
{
    /// <summary>The name, a folder's: such as <c>connector</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>The name of what it learns from, which the program gives a meaning; empty is what the training that follows learns
    /// from.</summary>
    public string Data { get; init; } = "";

    /// <summary>Optimiser steps.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Examples of a step; null takes that of the training that follows.</summary>
    public int? Batch { get; init; }

    /// <summary>The peak learning rate; null takes that of the training that follows.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Steps over which the learning rate rises; null takes that of the training that follows.</summary>
    public int? Warmup { get; init; }

    /// <summary>Factors on the learning rate by part; 0 freezes it. As <see cref="TrainingConfig.Rates"/>.</summary>
    public IReadOnlyDictionary<string, double>? Rates { get; init; }

    /// <summary>How the stage is trained.</summary>
    /// <param name="following">The training that it comes before, whose other settings and seed it takes.</param>
    public TrainingConfig Of(TrainingConfig following) => following with
    {
        Steps = Steps,
        Batch = Batch ?? following.Batch,
        LearningRate = LearningRate ?? following.LearningRate,
        Warmup = Math.Min(Steps, Warmup ?? following.Warmup),
        Rates = Rates,
        ValidateEvery = 0,
        Patience = 0,
        StopOnMetric = null,
        KeepLast = 1,
    };

    /// <summary>
    /// Trains a stage to its end: from the beginning, from where it was stopped, or not at all where it is done. Whatever was stopped and
    /// how often, it ends with the same bits.
    /// </summary>
    /// <param name="learner">The stage's learner; its <see cref="Learner.Begin"/> takes over what the stage before ended with.</param>
    /// <param name="training">How it is trained.</param>
    /// <param name="folder">The stage's own folder.</param>
    /// <param name="progress">Reports as <see cref="Trainer"/> does.</param>
    /// <param name="cancellation">Ends it after the step that it is in, saved.</param>
    /// <returns>What it ends with.</returns>
    /// <exception cref="ConfigurationException">The stage was begun with other settings, or another process trains it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="TrainingFailedException">The loss or the gradient was not finite too often.</exception>
    /// <exception cref="StorageException">A checkpoint could not be written or read.</exception>
    public static Checkpoint Finish(
        Learner learner,
        TrainingConfig training,
        string folder,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        Directory.CreateDirectory(folder);
        using var held = RunLock.Take(DiskFiles.Instance, folder);
        var storage = new TrainingStorage(DiskFiles.Instance, folder);
        var start = ResumePoint.Find(storage, RunCheckpoint.Identity(learner, training), []).Checkpoint;
        if (start?.Step != training.Steps)
        {
            Trainer.Train(learner, training, storage with { Resume = start }, progress, cancellation);
        }

        return storage.Checkpoints.Open(training.Steps);
    }
}
