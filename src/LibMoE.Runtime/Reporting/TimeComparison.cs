using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Reporting;

/// <summary>
/// How many times as long a variant takes for a token as the dense baseline. A study trains all variants with one seed, then all with the
/// next: each seed is a round, and times are compared within a round, so that what slows a machine for an hour slows both.
/// </summary>
/// <param name="Name">The variant.</param>
/// <param name="LogRatio">ln(ours/theirs) over the rounds.</param>
internal sealed record TimeComparison(string Name, SampleMean LogRatio)
{
    /// <summary>The p-value of "equally long" by Student's t over the rounds, after Holm's correction; null with one round.</summary>
    public double? AdjustedPValue { get; init; }

    /// <summary>How many rounds both ran.</summary>
    public int Rounds => LogRatio.Count;

    /// <summary>exp of the mean of the logarithms: above 1 takes longer.</summary>
    public double Ratio => Math.Exp(LogRatio.Mean);

    /// <summary>The lower end of the 95 % interval by Student's t over the rounds; NaN with one round.</summary>
    public double Low => Math.Exp(LogRatio.Mean - Reach);

    /// <summary>The upper end.</summary>
    public double High => Math.Exp(LogRatio.Mean + Reach);

    /// <summary>Whether the difference is larger than what the rounds leave open.</summary>
    public bool IsTold => Significance.Counts(AdjustedPValue);

    private double Reach => Rounds < 2 ? double.NaN : StudentT.Quantile(Significance.Level, Rounds - 1) * LogRatio.StdErr;

    private double? PValue => Rounds < 2 ? null : LogRatio.Mean == 0 ? 1 : StudentT.PValue(LogRatio.Mean / LogRatio.StdErr, Rounds - 1);

    /// <summary>Every mixture against the baseline: one table. Rounds in which the two ran on different machines do not count.</summary>
    /// <param name="runs">The runs by variant.</param>
    public static IReadOnlyList<TimeComparison> Of(ILookup<string, TrainingResult> runs)
    {
        var compared = runs.Where(group => group.Key != MoeVariant.Dense)
            .Select(group => Of(group.Key, group, runs[MoeVariant.Dense])).OfType<TimeComparison>().ToList();
        return Holm.Adjust(compared, one => one.PValue, (one, adjusted) => one with { AdjustedPValue = adjusted });
    }

    /// <summary>"A takes 1.40 times as long as Dense (95 % interval 1.37 to 1.43, 3 rounds)", or that this cannot be determined.</summary>
    public string Sentence => Rounds < 2
        ? $"{Name} and {MoeVariant.Dense}: one round of runs cannot show a difference in time"
        : IsTold
            ? FormattableString.Invariant($"{Name} takes {Ratio:F2} times as long as {MoeVariant.Dense} ({Interval})")
            : $"whether {Name} takes longer than {MoeVariant.Dense} cannot be determined here ({Figures.Number(Ratio, 2)} times as "
                + $"long, {Interval})";

    private string Interval => FormattableString.Invariant($"95 % interval {Low:F2} to {High:F2}, {Rounds} rounds");

    private static TimeComparison? Of(string name, IEnumerable<TrainingResult> ours, IEnumerable<TrainingResult> theirs)
    {
        var ratios = ours.Join(theirs, Round, Round, (one, other) => other.TokensPerSecond / one.TokensPerSecond)
            .Where(ratio => ratio > 0 && double.IsFinite(ratio))
            .Select(ratio => Math.Log(ratio))
            .ToList();
        return ratios.Count == 0 ? null : new TimeComparison(name, SampleMean.Of(ratios));

        static (long Seed, MachineInfo? Machine) Round(TrainingResult run) => (run.Seed, run.Machine);
    }
}
