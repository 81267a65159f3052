namespace LibMoE.Runtime.Tests.Analysis.Metrics;

public class LoadMetricsTests
{
    private static readonly long[] Even = [5, 5, 5, 5];
    private static readonly long[] One = [0, 0, 8, 0];

    /// <summary>n = 4, 3, 0, 1: mean 2, deviations 2, 1, −2, −1.</summary>
    private static readonly long[] Mixed = [4, 3, 0, 1];

    [Fact]
    public void Even_load_is_one_end_of_every_scale()
    {
        Assert.Equal([0.25, 0.25, 0.25, 0.25], ExpertShare.Of(Even));
        Assert.Equal(0, LoadViolation.Of(Even));
        Assert.Equal(1, RelativePerplexity.Of(Even), 1e-15);
        Assert.Empty(DeadExperts.Of(Even));
        Assert.Equal(1, JainIndex.Of(Even), 1e-15);
        Assert.Equal(0, CoefficientOfVariation.Of(Even));
        Assert.Equal(1, AllocationEntropy.Of(Even), 1e-15);
    }

    [Fact]
    public void One_expert_with_everything_is_the_other_end()
    {
        Assert.Equal([0, 0, 1, 0], ExpertShare.Of(One));
        Assert.Equal(3, LoadViolation.Of(One));
        Assert.Equal(0.25, RelativePerplexity.Of(One), 1e-15);
        Assert.Equal([0, 1, 3], DeadExperts.Of(One));
        Assert.Equal(0.75, DeadExperts.Share(One));
        Assert.Equal(0.25, JainIndex.Of(One), 1e-15);
        Assert.Equal(Math.Sqrt(3), CoefficientOfVariation.Of(One), 1e-15);
        Assert.Equal(0, AllocationEntropy.Of(One));
    }

    [Fact]
    public void Mixed_load_has_the_figures_of_the_formulas()
    {
        Assert.Equal([0.5, 0.375, 0, 0.125], ExpertShare.Of(Mixed));
        Assert.Equal(1, LoadViolation.Of(Mixed), 1e-15);
        Assert.Equal(64.0 / (4 * 26), JainIndex.Of(Mixed), 1e-15);
        Assert.Equal(Math.Sqrt(10.0 / 4) / 2, CoefficientOfVariation.Of(Mixed), 1e-15);
        // 2^H with H = 1/2·1 + 3/8·log₂(8/3) + 1/8·3.
        Assert.Equal(Math.Pow(2, 0.875 + (0.375 * Math.Log2(8.0 / 3))) / 4, RelativePerplexity.Of(Mixed), 1e-15);
        Assert.Equal([2], DeadExperts.Of(Mixed));
    }

    [Fact]
    public void Load_without_a_single_pick_is_no_division_by_zero()
    {
        long[] none = [0, 0, 0];
        Assert.Equal([0, 0, 0], ExpertShare.Of(none));
        Assert.Equal(0, LoadViolation.Of(none));
        Assert.Equal(0, RelativePerplexity.Of(none));
        Assert.Equal(1, DeadExperts.Share(none));
        Assert.Equal(1, JainIndex.Of(none));
        Assert.Equal(0, CoefficientOfVariation.Of(none));
        Assert.Equal(0, AllocationEntropy.Of(none));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_load_agrees_with_plain_implementations(int seed)
    {
        var routing = RandomRouting.Make(seed);
        var counts = routing.Table.Counts();
        Assert.Equal(routing.Counts, counts);

        var total = routing.Sets.Sum(set => set.Count);
        var shares = routing.Counts.Select(count => (double)count / total).ToList();
        var entropy = shares.Where(share => share > 0).Sum(share => share * Math.Log2(1 / share));
        var mean = total / 7.0;
        Assert.Equal(shares, ExpertShare.Of(counts));
        Assert.Equal((routing.Counts.Max() / mean) - 1, LoadViolation.Of(counts), 1e-12);
        Assert.Equal(Math.Pow(2, entropy) / 7, RelativePerplexity.Of(counts), 1e-12);
        Assert.Equal(entropy / Math.Log2(7), AllocationEntropy.Of(counts), 1e-12);
        Assert.Equal(Math.Sqrt((routing.Counts.Sum(count => (double)count * count) / 7) - (mean * mean)) / mean,
            CoefficientOfVariation.Of(counts), 1e-10);
        Assert.Equal(1 / (1 + Math.Pow(CoefficientOfVariation.Of(counts), 2)), JainIndex.Of(counts), 1e-12);
    }
}
