namespace LibMoE.Runtime;

/// <summary>
/// The learning rate of each step, counted from 0: η·(s + 1)/w in the w warm-up steps, then by kind, down to η_min at the end.
/// </summary>
/// <param name="Kind">What happens after the warm-up.</param>
/// <param name="Peak">η.</param>
/// <param name="Minimum">η_min.</param>
/// <param name="Warmup">w.</param>
/// <param name="Steps">S: all steps.</param>
/// <param name="Decay">d: the last steps, in which <see cref="ScheduleKind.WarmupStableDecay"/> falls.</param>
public sealed record LearningRateSchedule(ScheduleKind Kind, double Peak, double Minimum, long Warmup, long Steps, long Decay)
{
    /// <summary>The schedule that a configuration describes.</summary>
    public static LearningRateSchedule Of(TrainingConfig config) => new(
        config.Schedule,
        config.LearningRate,
        config.LearningRate * config.MinLearningRate,
        config.Warmup,
        config.Steps,
        DecaySteps(config));

    /// <summary>d of a configuration.</summary>
    internal static long DecaySteps(TrainingConfig config) => (long)Math.Round(config.Steps * config.DecayFraction);

    /// <summary>
    /// The learning rate of a step. Cosine: η_min + (η − η_min)·(1 + cos(π·(s − w)/(S − w)))/2. Constant: η. Warm-up, stable, decay:
    /// η, and η + (η_min − η)·(s − S + d)/d in the last d steps.
    /// </summary>
    /// <param name="step">s.</param>
    public double At(long step)
    {
        if (step < Warmup)
        {
            return Peak * (step + 1) / Warmup;
        }

        return Kind switch
        {
            ScheduleKind.Cosine => Minimum + (Peak - Minimum) * (1 + Math.Cos(Math.PI * Progress(Warmup, step))) / 2,
            ScheduleKind.WarmupStableDecay when step >= Steps - Decay => Peak + (Minimum - Peak) * Progress(Steps - Decay, step),
            _ => Peak,
        };
    }

    /// <summary>How much of the way from a step to the end is done, from 0 to 1.</summary>
    private double Progress(long from, long step) => Math.Min(1, (double)(step - from) / (Steps - from));
}
