namespace Images;

/// <summary>Two nets on the same images (McNemar 1947): only images on which one is right and the other wrong tell them apart.</summary>
/// <param name="First">Images on which the first alone is right, b.</param>
/// <param name="Second">Images on which the second alone is right, c.</param>
/// <param name="Images">All of them, n.</param>
internal sealed record PairedCounts(int First, int Second, int Images)
{
    private const double Normal = 1.959964;

    /// <summary>The first's share of right images minus the second's, (b − c)/n.</summary>
    public double Difference => (double)(First - Second) / Images;

    /// <summary>Half the width of its 95 % interval, 1.96·√(b + c − (b − c)²/n)/n.</summary>
    public double HalfWidth =>
        Normal * Math.Sqrt(First + Second - (double)(First - Second) * (First - Second) / Images) / Images;

    /// <summary>The chance of counts at least so uneven where both nets are as good: b of b + c is then binomial with 1/2.</summary>
    public double Chance
    {
        get
        {
            var (all, less) = (First + Second, Math.Min(First, Second));

            // By logarithms: the first terms of many images are below the least number there is.
            var (logarithm, sum) = (-all * Math.Log(2), 0.0);
            for (var i = 0; i <= less; i++)
            {
                sum += Math.Exp(logarithm);
                logarithm += Math.Log((double)(all - i) / (i + 1));
            }

            return Math.Min(1, 2 * sum);
        }
    }

    public static PairedCounts Of(IReadOnlyList<bool> first, IReadOnlyList<bool> second)
    {
        var pairs = first.Zip(second).ToList();
        return new(pairs.Count(pair => pair is (true, false)), pairs.Count(pair => pair is (false, true)), pairs.Count);
    }
}
