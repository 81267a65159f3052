using LibMoE.Runtime.Statistics;

namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>Closed forms of the two-way mean, and of Holm's correction.</summary>
public sealed class SeedsAndItemsTests
{
    [Fact]
    public void The_error_is_that_over_seeds_and_that_over_items()
    {
        // The seeds' means are 3, 5, 6, the items' 2, 4, 8.
        var over = SeedsAndItems.Of([[1, 2, 6], [3, 6, 6], [2, 4, 12]]);

        var (seeds, items) = (SampleMean.Of([3.0, 5, 6]), SampleMean.Of([2.0, 4, 8]));
        Assert.Equal((14.0 / 3, 3, 3, 2), (over.Mean, over.Seeds, over.Items, over.Freedom));
        Assert.Equal(Math.Sqrt(seeds.StdErr * seeds.StdErr + items.StdErr * items.StdErr), over.StdErr, 12);
    }

    [Fact]
    public void The_squared_error_is_the_two_way_estimate_plus_the_rest_once_more()
    {
        // Searle, Casella and McCulloch 1992, section 4.5: Var d̄ is estimated without bias by (MS_seeds + MS_items − MS_rest)/(S·I).
        double[][] values_SI = [[1, 4, 2, 8], [2, 4, 5, 7], [0, 3, 3, 9]];
        var (seeds, items, mean) = (values_SI.Select(row => row.Average()).ToArray(),
            Enumerable.Range(0, 4).Select(item => values_SI.Average(row => row[item])).ToArray(), values_SI.Average(row => row.Average()));
        var rest =
            values_SI.SelectMany((row, s) => row.Select((value, i) => Math.Pow(value - seeds[s] - items[i] + mean, 2))).Sum() / (2 * 3);
        var ofSeeds = 4 * seeds.Sum(value => Math.Pow(value - mean, 2)) / 2;
        var ofItems = 3 * items.Sum(value => Math.Pow(value - mean, 2)) / 3;

        var error = SeedsAndItems.Of(values_SI).StdErr;

        Assert.Equal((ofSeeds + ofItems - rest) / 12 + rest / 12, error * error, 12);
    }

    [Fact]
    public void Degrees_of_freedom_are_those_of_the_rarer_of_the_two()
    {
        Assert.Equal(1, SeedsAndItems.Of([1, 2], itemsStdErr: 0.1, items: 500).Freedom);
        Assert.Equal(2, SeedsAndItems.Of([1, 2, 3, 4, 5], itemsStdErr: 0.1, items: 3).Freedom);
        Assert.Equal(499, SeedsAndItems.Of([1], itemsStdErr: 0.1, items: 500).Freedom);
    }

    [Fact]
    public void What_has_no_error_cannot_be_tested_and_what_has_none_at_all_leaves_no_doubt()
    {
        Assert.Null(SeedsAndItems.Of([[1.0]]).PValue);
        Assert.Null(SeedsAndItems.Of([[1.0, double.NaN], [1, 1]]).PValue);
        Assert.Equal(0, SeedsAndItems.Of([[1.0, 1], [1, 1]]).PValue);
        Assert.Equal(1, SeedsAndItems.Of([[0.0, 0], [0, 0]]).PValue);
    }

    [Fact]
    public void Holm_multiplies_the_smallest_by_all_and_each_next_by_one_less_and_never_falls()
    {
        Assert.Equal([0.03, 0.06, 0.06, 0.02], Holm.Adjust([0.01, 0.04, 0.03, 0.005]).Select(p => Math.Round(p!.Value, 12)));
        Assert.Equal([0.9, null, 0.8], Holm.Adjust([0.9, null, 0.4]));
        Assert.Empty(Holm.Adjust([]));
    }

    [Fact]
    public void One_seed_is_neither_better_nor_worse()
    {
        Assert.Equal("higher on these items, one seed", Significance.Verdict(1, 1e-9, seeds: 1, higherIsBetter: true));
        Assert.Equal("lower on these items, one seed", Significance.Verdict(-1, 1e-9, seeds: 1, higherIsBetter: true));
        Assert.Equal(("better", "worse"), (Significance.Verdict(1, 0.049, 2, true), Significance.Verdict(1, 0.049, 2, false)));
        Assert.Equal("no significant difference", Significance.Verdict(1, 0.05, 2, true));
        Assert.Equal("not tested", Significance.Verdict(1, null, 2, true));
    }
}
