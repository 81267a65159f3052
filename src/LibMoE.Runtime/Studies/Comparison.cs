namespace LibMoE.Runtime;

/// <summary>
/// How far a variant's validation loss is from the baseline's. Both were measured on the same sequences after training with the same
/// seeds, so differences are taken pair by pair: what makes a sequence hard for every model drops out.
/// </summary>
/// <param name="Name">The variant.</param>
/// <param name="Difference">Variant minus baseline, in nats per token: negative is better.</param>
/// <param name="StandardError">
/// √(a² + b²): a is the standard error over sequences of the seeds' mean difference, b that over seeds of the sequences' mean difference.
/// With one seed there is no b.
/// </param>
internal sealed record Comparison(string Name, double Difference, double StandardError)
{
    /// <summary>How many standard errors count as a difference.</summary>
    public const double Significant = 2;

    public bool IsBetter => Difference < -Significant * StandardError;

    public bool IsWorse => Difference > Significant * StandardError;

    /// <summary>Compares runs of the same seeds; null where no seed was finished by both.</summary>
    public static Comparison? Of(IEnumerable<TrainingResult> variant, IEnumerable<TrainingResult> baseline)
    {
        var pairs = variant.Join(baseline, run => run.Seed, run => run.Seed, (ours, theirs) => (ours, theirs)).ToList();
        if (pairs.Count == 0)
        {
            return null;
        }

        var differences = pairs
            .Select(pair => pair.ours.SequenceLosses.Zip(pair.theirs.SequenceLosses, (ours, theirs) => ours - theirs).ToArray())
            .ToList();
        var bySequence = Enumerable.Range(0, differences[0].Length).Select(sequence => differences.Average(seed => seed[sequence])).ToArray();
        var bySeed = differences.Select(seed => seed.Average()).ToArray();
        var (overSequences, overSeeds) = (ErrorOfMean(bySequence), ErrorOfMean(bySeed));
        return new Comparison(
            pairs[0].ours.Name, bySeed.Average(), Math.Sqrt(overSequences * overSequences + overSeeds * overSeeds));
    }

    private static double ErrorOfMean(double[] values)
    {
        if (values.Length < 2)
        {
            return 0;
        }

        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length);
    }
}
