namespace LibMoE.Runtime.Statistics;

/// <summary>
/// The bootstrap (Efron 1979): the spread of a figure over samples of items drawn with replacement. Of n items n − 1 are drawn, so that the
/// spread of a mean is s/√n without bias also where groups are small (McCarthy and Snowden 1985). Groups are kept at their sizes.
/// </summary>
internal static class Bootstrap
{
    private const long Draws = 20_000_000;

    /// <summary>How many resamples are made of that many items: 1,000, fewer where that would take more than 20 million draws.</summary>
    public static int Resamples(int items) => (int)Math.Clamp(Draws / Math.Max(1, items), 100, 1000);

    /// <summary>The standard deviation of several figures over the same resamples.</summary>
    /// <param name="groups">How many items each group has; one group where there are none.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="figures">Each gets, for every group, how often each of its items was drawn, and returns the figure.</param>
    public static double[] StdErrs(IReadOnlyList<int> groups, int seed, IReadOnlyList<Func<IReadOnlyList<int[]>, double>> figures)
    {
        var resamples = Resamples(groups.Sum());
        var random = new Random(seed);
        var counts = groups.Select(size => new int[size]).ToList();
        var values = figures.Select(_ => new double[resamples]).ToArray();
        for (var resample = 0; resample < resamples; resample++)
        {
            Draw(counts, random);
            for (var figure = 0; figure < figures.Count; figure++)
            {
                values[figure][resample] = figures[figure](counts);
            }
        }

        return [.. values.Select(figure => SampleMean.Of(figure).Deviation)];
    }

    /// <summary>Redraws every group's items.</summary>
    public static void Draw(IReadOnlyList<int[]> counts, Random random)
    {
        foreach (var group in counts)
        {
            Array.Clear(group);
            for (var draw = 0; draw < Math.Max(1, group.Length - 1); draw++)
            {
                group[random.Next(group.Length)]++;
            }
        }
    }
}
