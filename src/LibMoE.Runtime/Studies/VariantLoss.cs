using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Studies;

/// <summary>A variant's validation loss over its seeds and the held-out sequences, which are the same for every seed.</summary>
internal static class VariantLoss
{
    /// <summary>Of at least one run of one variant.</summary>
    public static SeedsAndItems Of(IEnumerable<TrainingResult> runs)
    {
        var seeds = runs.ToList();
        var sequences = seeds.Min(run => run.SequenceLosses.Count);
        return Of(seeds.ConvertAll(run => run.ValidationLoss), seeds.ConvertAll(run => run.ValidationLossStdErr), sequences);
    }

    /// <summary>
    /// Of the seeds' losses and their standard errors over the sequences. The sequences' part is the mean of the seeds' own errors: more
    /// seeds do not make it smaller, since they are measured on the same text.
    /// </summary>
    public static SeedsAndItems Of(IReadOnlyList<double> losses, IReadOnlyList<double> stdErrs, int sequences = int.MaxValue) =>
        SeedsAndItems.Of(losses, stdErrs.Average(), sequences);
}
