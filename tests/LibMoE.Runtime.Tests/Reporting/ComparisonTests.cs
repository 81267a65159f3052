using LibMoE.Runtime.Statistics;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Tests.Reporting;

public sealed class ComparisonTests
{
    [Fact]
    public void A_constant_difference_has_no_error_however_much_sequences_differ()
    {
        var comparison = Comparison.Of([Run.Of("A", 0, [0.5, 8.5, 2.5])], [Run.Of("Dense", 0, [1.0, 9.0, 3.0])])!;

        Assert.Equal(-0.5, comparison.Difference, 1e-12);
        Assert.Equal(0, comparison.StandardError, 1e-12);
    }

    [Fact]
    public void One_seed_makes_nothing_better_however_sure_its_sequences_are()
    {
        var comparison = Comparison.Of([Run.Of("A", 0, [0.5, 8.5, 2.5])], [Run.Of("Dense", 0, [1.0, 9.0, 3.0])])!;

        Assert.False(comparison.IsBetter || comparison.IsWorse);
        Assert.Equal("lower on these items, one seed", comparison.Verdict);
    }

    [Fact]
    public void With_one_seed_the_error_is_that_of_the_mean_difference_over_sequences()
    {
        // Differences 0, 2, 4: mean 2, variance 4, error √(4/3); two degrees of freedom.
        var comparison = Comparison.Of([Run.Of("A", 0, [1, 3, 5])], [Run.Of("Dense", 0, [1, 1, 1])])!;

        Assert.Equal(2, comparison.Difference, 1e-12);
        Assert.Equal(Math.Sqrt(4.0 / 3), comparison.StandardError, 1e-12);
        Assert.Equal(StudentT.PValue(Math.Sqrt(3), 2), comparison.AdjustedPValue!.Value, 1e-12);
        Assert.Equal("no significant difference", comparison.Verdict);
    }

    [Fact]
    public void With_several_seeds_their_spread_is_added_and_their_number_decides_the_test()
    {
        // Differences 1, 3 with the first seed and 3, 5 with the second: over sequences 2, 4 (error 1), over seeds 2, 4 (error 1).
        var comparison = Comparison.Of(
            [Run.Of("A", 0, [1, 3]), Run.Of("A", 1, [3, 5])],
            [Run.Of("Dense", 1, [0, 0]), Run.Of("Dense", 0, [0, 0])])!;

        Assert.Equal(3, comparison.Difference, 1e-12);
        Assert.Equal(Math.Sqrt(2), comparison.StandardError, 1e-12);
        Assert.Equal(1, comparison.Over.Freedom);

        // With one degree of freedom Student's distribution is Cauchy's.
        Assert.Equal(1 - 2 / Math.PI * Math.Atan(3 / Math.Sqrt(2)), comparison.AdjustedPValue!.Value, 1e-12);
        Assert.False(comparison.IsBetter || comparison.IsWorse);
    }

    [Fact]
    public void Seeds_that_agree_are_told_from_the_baseline()
    {
        var ours = Enumerable.Range(0, 3).Select(seed => Run.Of("A", seed, [1 + 0.01 * seed, 2.01, 3, 4.01]));
        var theirs = Enumerable.Range(0, 3).Select(seed => Run.Of("Dense", seed, [2.0, 3, 4, 5]));

        var comparison = Comparison.Of(ours, theirs)!;

        Assert.Equal(("better", true, false), (comparison.Verdict, comparison.IsBetter, comparison.IsWorse));
    }

    [Fact]
    public void The_comparisons_of_a_table_are_corrected_for_their_number()
    {
        var dense = Enumerable.Range(0, 4).Select(seed => Run.Of("Dense", seed, [2, 2.1, 1.9, 2])).ToList();
        List<Comparison> alone = [.. new[] { "A", "B", "C" }.Select((name, index) =>
            Comparison.Of(dense.Select(run => run with
            {
                Name = name, SequenceLosses = [.. run.SequenceLosses.Select(loss => loss - 0.1 * index + 0.05 * run.Seed)]
            }), dense)!)];

        var table = Comparison.OfTable(alone);

        Assert.Equal(Holm.Adjust([.. alone.Select(one => one.Over.PValue)]), table.Select(one => one.AdjustedPValue));
        Assert.All(table.Zip(alone), pair => Assert.True(pair.First.AdjustedPValue >= pair.Second.AdjustedPValue));
    }

    [Fact]
    public void Only_seeds_that_both_finished_are_compared()
    {
        Assert.Null(Comparison.Of([Run.Of("A", 0, [1])], [Run.Of("Dense", 1, [1])]));
        var alone = Comparison.Of([Run.Of("A", 0, [9]), Run.Of("A", 1, [1])], [Run.Of("Dense", 1, [2])])!;
        Assert.Equal((-1, "not tested"), (alone.Difference, alone.Verdict));
    }

    [Fact]
    public void A_run_that_diverged_is_not_tested() =>
        Assert.Equal("not tested", Comparison.Of(
            [Run.Of("A", 0, [double.NaN, 1]), Run.Of("A", 1, [1, 1])], [Run.Of("Dense", 0, [1, 1]), Run.Of("Dense", 1, [1, 1])])!.Verdict);
}
