using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime;

/// <summary>Whether two figures of the same things go the same way, whatever their scales.</summary>
public static class RankCorrelation
{
    /// <summary>
    /// Spearman's ρ (1904): Pearson's correlation of ranks, Σ(r − r̄)(s − s̄)/√(Σ(r − r̄)²·Σ(s − s̄)²), where equal values share the mean
    /// of their ranks. NaN where all values of one list are equal.
    /// </summary>
    /// <param name="first">At least two values.</param>
    /// <param name="second">Those of the same things in the same order.</param>
    /// <exception cref="ArgumentException">There are not as many values in both lists, or fewer than two.</exception>
    public static double Spearman(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        Check(first, second);
        double[] one = Ranks(first), other = Ranks(second);
        var mean = (first.Count + 1) / 2.0;
        double Sum(double[] some, double[] others) => some.Zip(others, (rank, beside) => (rank - mean) * (beside - mean)).Sum();
        return Sum(one, other) / Math.Sqrt(Sum(one, one) * Sum(other, other));
    }

    /// <summary>The interval that holds 95 % of ρ over samples of the things drawn with replacement (percentile bootstrap, Efron
    /// 1979). Where it covers 0, the order of one figure cannot be told from chance by the other. NaN of two things, of which no sample
    /// has an order.</summary>
    /// <param name="first">At least two values.</param>
    /// <param name="second">Those of the same things in the same order.</param>
    /// <param name="seed">Of the draws.</param>
    /// <exception cref="ArgumentException">There are not as many values in both lists, or fewer than two.</exception>
    public static (double Low, double High) Interval(IReadOnlyList<double> first, IReadOnlyList<double> second, int seed = 0)
    {
        Check(first, second);
        var (random, counts) = (new Random(seed), new int[first.Count]);
        List<double> drawn = [];
        for (var resample = 0; first.Count > 2 && resample < Bootstrap.Resamples(first.Count); resample++)
        {
            Bootstrap.Draw([counts], random);
            drawn.Add(Spearman(Repeated(first, counts), Repeated(second, counts)));
        }

        // Where all that was drawn is alike there is no order to agree with.
        double[] sorted = [.. drawn.Where(double.IsFinite).Order()];
        return sorted.Length == 0 ? (double.NaN, double.NaN) : (Quantile(0.025), Quantile(0.975));

        double Quantile(double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];
    }

    private static void Check(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        if (first.Count != second.Count || first.Count < 2)
        {
            throw new ArgumentException(
                $"A rank correlation needs as many values on both sides, and at least two; here are {first.Count} and {second.Count}.");
        }
    }

    private static double[] Repeated(IReadOnlyList<double> values, int[] counts) =>
        [.. counts.SelectMany((count, place) => Enumerable.Repeat(values[place], count))];

    /// <summary>From 1; equal values share the mean of the places that they take.</summary>
    private static double[] Ranks(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        var ranks = sorted.Index().GroupBy(place => place.Item, place => place.Index + 1.0)
            .ToDictionary(places => places.Key, places => places.Average());
        return [.. values.Select(value => ranks[value])];
    }
}
