namespace LibMoE.Runtime.Reporting;

/// <summary>Runs that got worse by training: their figures say something of the learning rate, not of the method.</summary>
internal static class Divergence
{
    /// <summary>Losses of a batch scatter; a run that learned anything ends below where it began by more than that.</summary>
    private const double Margin = 1.05;

    /// <summary>A loss that was so many times the first one: where such a run ends, it ends by accident. Logits that overflowed into zeros,
    /// say, have the loss of a model that knows nothing.</summary>
    private const double Blown = 10;

    /// <summary>A loss near 0, as that of a model which is trained on, scatters by more than ten times itself.</summary>
    private const double Nat = 1;

    private const string Cure = "A smaller Training:LearningRate or a longer Training:Warmup cures most of it.";

    /// <summary>What is to be said of a run; null of one that learned.</summary>
    public static string? Of(TrainingResult run)
    {
        var whose = $"{run.Label}, seed {run.Seed}, diverged: ";
        return !double.IsFinite(run.HeldOut[0].Value)
            ? $"{whose}its {MetricWords.Title(MetricWords.Main([run]))} is not a number, and its row says nothing about the method. {Cure}"
            : Rise(run) is { } rise ? $"{whose}{rise}, so that its row says nothing about the method. {Cure}" : null;
    }

    /// <summary>How the loss of a language model rose; null where it did not.</summary>
    private static string? Rise(TrainingResult run)
    {
        if (run.Metrics is not null || run.History.Count < 2
            || run.History.FirstOrDefault(point => double.IsFinite(point.Loss)) is not { } first)
        {
            return null;
        }

        var before = $"its loss was {Figures.Number(first.Loss, 2)} at step {first.Step} and ";
        return run.ValidationLoss > Margin * first.Loss ? $"{before}{Figures.Number(run.ValidationLoss, 2)} on held-out text at the end"
            : run.History.FirstOrDefault(point => point.Loss > Blown * first.Loss && point.Loss > first.Loss + Nat) is { } blown
                ? $"{before}{Figures.Number(blown.Loss, 2)} at step {blown.Step}"
            : null;
    }
}
