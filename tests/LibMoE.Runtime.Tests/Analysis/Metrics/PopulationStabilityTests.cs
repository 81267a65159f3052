namespace LibMoE.Runtime.Tests.Analysis.Metrics;

/// <summary>The population stability index, by hand.</summary>
public sealed class PopulationStabilityTests
{
    [Fact]
    public void It_is_the_sum_of_differences_times_log_ratios_of_smoothed_shares()
    {
        // (30.5, 10.5)/41 against (10.5, 30.5)/41: twice (20/41)·ln(30.5/10.5).
        Assert.Equal(2 * (20 / 41.0) * Math.Log(30.5 / 10.5), PopulationStability.Of([30, 10], [10, 30]), 12);
    }

    [Fact]
    public void It_is_zero_of_equal_shares_symmetric_and_finite_where_an_expert_has_no_pick()
    {
        Assert.Equal(0, PopulationStability.Of([7, 7, 7], [3, 3, 3]), 15);
        Assert.Equal(PopulationStability.Of([5, 0, 9], [1, 4, 2]), PopulationStability.Of([1, 4, 2], [5, 0, 9]), 12);
        Assert.True(double.IsFinite(PopulationStability.Of([14, 0, 0], [0, 7, 7])));
    }

    [Fact]
    public void Of_two_samples_of_one_distribution_it_is_about_as_its_remarks_say()
    {
        var random = new Random(4);
        const int Experts = 8, First = 400, Second = 1000;
        var mean = Enumerable.Range(0, 2000).Average(_ => PopulationStability.Of(Sample(First), Sample(Second)));

        // (E − 1)·(1/N + 1/M); 2,000 draws of a quantity with a relative deviation of √(2/7).
        Assert.Equal((Experts - 1) * (1.0 / First + 1.0 / Second), mean, tolerance: 0.05 * mean);

        long[] Sample(int picks)
        {
            var counts_E = new long[Experts];
            for (var pick = 0; pick < picks; pick++)
            {
                counts_E[random.Next(Experts)]++;
            }

            return counts_E;
        }
    }

    [Fact]
    public void Counts_of_another_number_of_experts_are_refused() =>
        Assert.Throws<ArgumentException>(() => PopulationStability.Of([1, 2], [1, 2, 3]));
}
