namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>Rates of groups and the gaps between them, by hand.</summary>
public sealed class GroupRatesTests
{
    /// <summary>The ten people by whom Fairlearn's user guide explains MetricFrame: five women, then five men.</summary>
    private static readonly bool[] IsTrue = Bits("1111100110");
    private static readonly bool[] Said = Bits("0111100011");
    private static readonly int[] Sex = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1];

    [Fact]
    public void Rates_are_shares_of_the_group_and_of_those_of_whom_yes_or_no_is_true()
    {
        var rates = GroupRates.Of(Said, IsTrue, Sex, count: 2);

        Assert.Equal([(5, 0.8), (5, 0.4)], rates.Select(group => (group.Selection.Count, group.Selection.Value)));
        Assert.Equal([(5, 0.8), (2, 0.5)], rates.Select(group => (group.TruePositive.Count, group.TruePositive.Value)));
        Assert.Equal(1 / 3.0, rates[1].FalsePositive.Value);
        Assert.True(double.IsNaN(rates[0].FalsePositive.Value));
        Assert.Equal(Math.Sqrt(0.8 * 0.2 / 5), rates[0].Selection.StdErr, 15);
    }

    [Fact]
    public void The_parity_gap_is_the_largest_minus_the_smallest_selection_rate()
    {
        var gap = GroupRates.ParityGap(GroupRates.Of(Said, IsTrue, Sex, count: 2));

        Assert.Equal(0.4, gap.Value, 15);
        Assert.Equal(Math.Sqrt(0.16 / 5 + 0.24 / 5), gap.StdErr, 15);
    }

    [Fact]
    public void The_odds_gap_is_the_worse_of_both_rates()
    {
        // True positives ½ and 1, false positives 0 and ¼.
        var rates = GroupRates.Of(Bits("1000110001"), Bits("1100110000"), [0, 0, 0, 0, 1, 1, 1, 1, 1, 1], count: 2);

        Assert.Equal(0.5, GroupRates.OddsGap(rates).Value, 15);
        Assert.Equal(0.25, Math.Abs(rates[0].FalsePositive.Value - rates[1].FalsePositive.Value), 15);
    }

    /// <summary>By arithmetic: true positives 1/2, 3/5 and 2/5, false positives 1, 0 and 2/3 make an odds gap of 1.</summary>
    [Fact]
    public void Gaps_are_what_Fairlearn_s_user_guide_prints_of_three_groups()
    {
        // fairlearn/fairlearn at 04c0376, docs/user_guide/assessment/common_fairness_metrics.rst: demographic_parity_difference 0.25,
        // equalized_odds_difference 1.0.
        var rates = GroupRates.Of(Bits("001011100111100110"), Bits("011110101000111111"),
            [.. "bbabbcccaacabccbcc".Select(group => group - 'a')], count: 3);

        Assert.Equal(0.25, GroupRates.ParityGap(rates).Value, 12);
        Assert.Equal(1, GroupRates.OddsGap(rates).Value, 12);
        Assert.Equal([1 / 2.0, 3 / 5.0, 2 / 5.0], rates.Select(group => group.TruePositive.Value));
    }

    [Fact]
    public void A_group_without_anybody_to_be_right_about_has_no_gap() =>
        Assert.True(double.IsNaN(GroupRates.ParityGap(GroupRates.Of(Said, IsTrue, Sex, count: 3)).Value));

    private static bool[] Bits(string bits) => [.. bits.Select(bit => bit == '1')];
}
