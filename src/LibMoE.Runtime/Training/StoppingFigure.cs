namespace LibMoE.Runtime.Training;

/// <summary>The figure that the best step is chosen by.</summary>
internal static class StoppingFigure
{
    /// <summary>Which way it is better.</summary>
    public static bool HigherIsBetter(Learner learner, TrainingConfig config) => config switch
    {
        { StopOnMetric: { } name } => learner.Metrics
            .First(metric => metric.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).HigherIsBetter,
        { StopOn: StoppingMetric.ValidationLoss } => learner.Metrics[0].HigherIsBetter,
        _ => false,
    };

    /// <summary>Its value.</summary>
    /// <param name="heldOut">What was measured.</param>
    /// <param name="config">Which figure it is.</param>
    /// <param name="trained">Task losses of the steps since the last measurement.</param>
    public static double Of(HeldOut heldOut, TrainingConfig config, LossSum trained) => config switch
    {
        { StopOnMetric: { } name } => heldOut.Find(name)!.Value,
        { StopOn: StoppingMetric.TrainLoss } => trained.Sum / trained.Count,
        { StopOn: StoppingMetric.ValidationLoadCv } => heldOut.Load?.Cv ?? double.PositiveInfinity,
        _ => heldOut.Main.Value,
    };
}
