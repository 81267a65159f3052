namespace LibMoE.Runtime.Reporting;

/// <summary>Runs that got worse by training: their figures say something of the learning rate, not of the method.</summary>
internal static class Divergence
{
    /// <summary>Losses of a batch scatter; a run that learned anything ends below where it began by more than that.</summary>
    private const double Margin = 1.05;

    /// <summary>What is to be said of a run; null of one that learned.</summary>
    public static string? Of(TrainingResult run)
    {
        var main = run.HeldOut[0];
        var whose = $"{run.Label}, seed {run.Seed}, diverged: ";
        return !double.IsFinite(main.Value)
            ? $"{whose}its {MetricWords.Title(MetricWords.Main([run]))} is not a number, and its row says nothing about the method. {Cure}"
            : run.Metrics is null && run.History is [var first, _, ..] && run.ValidationLoss > Margin * first.Loss
            ? $"{whose}its loss was {Figures.Number(first.Loss, 2)} at step {first.Step} and {Figures.Number(run.ValidationLoss, 2)} on "
                + $"held-out text at the end, so that its row says nothing about the method. {Cure}"
            : null;
    }

    private const string Cure = "A smaller Training:LearningRate or a longer Training:Warmup cures most of it.";
}
