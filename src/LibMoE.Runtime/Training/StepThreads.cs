using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Training;

/// <summary>
/// How many threads a training step is worth where nobody says it. Every operation of a step divides its work among libtorch's threads and
/// waits for the last of them; in a small model an operation is over before a sleeping thread has woken, and beside other busy programs the
/// wait is many times as long. The answer follows from sizes alone and never from how busy the machine is, because the number of threads
/// decides the last bits of a result.
/// </summary>
internal static class StepThreads
{
    /// <summary>Floating-point operations of a forward and backward pass below which a second thread gains nothing: docs/log.md.</summary>
    private const double WorthSharing = 1.5e9;

    /// <summary>Tokens of a usual batch that an evaluation scores.</summary>
    private const double ScoredTokens = 2048;

    /// <summary>Forward once; backward by the input and by the weights.</summary>
    private const double Passes = 3;

    /// <summary>What libtorch reads when it is loaded: whoever sets it has chosen.</summary>
    private const string Variable = "OMP_NUM_THREADS";

    /// <summary>The threads of a run's steps; null leaves libtorch's own choice.</summary>
    /// <param name="learner">What is trained.</param>
    /// <param name="config">How.</param>
    /// <param name="begunWith">The threads of the checkpoint that the run continues from; null for a new run.</param>
    public static int? Of(Learner learner, TrainingConfig config, int? begunWith) =>
        begunWith is not null
            ? Continued(begunWith.Value, config)
            : Of(learner.Cost.FlopsPerToken * learner.TokensPerExample * config.Batch / config.MicroBatches, config, IsChosen)
                ?? (!IsChosen && ProcessorShare.IsLess ? ProcessorShare.Threads : null);

    /// <summary>A run continues with the threads that it was begun with, so that its bits are those of a run that was
    /// never stopped.</summary>
    /// <param name="begunWith">The threads that its checkpoint names.</param>
    /// <param name="config">How it is trained.</param>
    public static int? Continued(int begunWith, TrainingConfig config) =>
        Continued(begunWith, config, IsChosen, ProcessorShare.Threads);

    /// <summary>The threads to score texts with; null leaves libtorch's own choice.</summary>
    /// <param name="flopsPerToken">Floating-point operations of a token's forward pass; null where they are not known.</param>
    /// <param name="config">Says how many where the user has chosen.</param>
    public static int? OfScoring(double? flopsPerToken, TrainingConfig config) => OfScoring(flopsPerToken, config, IsChosen);

    /// <inheritdoc cref="OfScoring(double?, TrainingConfig)"/>
    internal static int? OfScoring(double? flopsPerToken, TrainingConfig config, bool chosen) =>
        Of((flopsPerToken ?? 0) * ScoredTokens / Passes, config, chosen);

    /// <summary>The threads of a new run's steps.</summary>
    /// <param name="flops">Floating-point operations of one forward pass.</param>
    /// <param name="config">How it is trained.</param>
    /// <param name="chosen">Whether the user has set libtorch's own variable.</param>
    internal static int? Of(double flops, TrainingConfig config, bool chosen) =>
        config.Threads is null && !chosen && Passes * flops is > 0 and < WorthSharing ? 1 : config.Threads;

    /// <summary>The threads of a continued run's steps.</summary>
    internal static int? Continued(int begunWith, TrainingConfig config, bool chosen, int processors) =>
        config.Threads is null && !chosen ? Math.Min(begunWith, processors) : config.Threads;

    private static bool IsChosen => Environment.GetEnvironmentVariable(Variable) is not null;
}
