namespace LibMoE.Runtime;

/// <summary>What a yes-or-no decision does to one group of people.</summary>
/// <param name="Selection">Yes is said, of all.</param>
/// <param name="TruePositive">Yes is said, of those of which it is true.</param>
/// <param name="FalsePositive">Yes is said, of those of which it is not true.</param>
public sealed record GroupRates(GroupRate Selection, GroupRate TruePositive, GroupRate FalsePositive)
{
    /// <summary>The rates of each group, in the order of their numbers.</summary>
    /// <param name="said">What was said of each person.</param>
    /// <param name="isTrue">What is true of each.</param>
    /// <param name="groups">The group of each, from 0.</param>
    /// <param name="count">How many groups there are.</param>
    /// <exception cref="ArgumentException">The lists are not of one length.</exception>
    public static IReadOnlyList<GroupRates> Of(
        IReadOnlyList<bool> said, IReadOnlyList<bool> isTrue, IReadOnlyList<int> groups, int count)
    {
        if (said.Count != isTrue.Count || said.Count != groups.Count)
        {
            throw new ArgumentException("Of every person must be known what was said, what is true, and the group.", nameof(said));
        }

        var people = Enumerable.Range(0, said.Count).ToLookup(person => groups[person]);
        return
        [
            .. Enumerable.Range(0, count).Select(group => new GroupRates(
                Rate(people[group]),
                Rate(people[group].Where(person => isTrue[person])),
                Rate(people[group].Where(person => !isTrue[person])))),
        ];

        GroupRate Rate(IEnumerable<int> some)
        {
            var all = some.ToList();
            return new GroupRate(all.Count, all.Count == 0 ? double.NaN : (double)all.Count(person => said[person]) / all.Count);
        }
    }

    /// <summary>The demographic-parity difference: the largest selection rate minus the smallest (Agarwal et al. 2018; Fairlearn's
    /// <c>demographic_parity_difference</c>).</summary>
    /// <param name="groups">At least one group.</param>
    public static GroupRateGap ParityGap(IReadOnlyList<GroupRates> groups) => GroupRateGap.Of(groups.Select(group => group.Selection));

    /// <summary>The equalised-odds difference in the worst case (Hardt et al. 2016; Fairlearn's <c>equalized_odds_difference</c>): the
    /// larger of the gaps between true-positive and between false-positive rates.</summary>
    /// <param name="groups">At least one group.</param>
    public static GroupRateGap OddsGap(IReadOnlyList<GroupRates> groups)
    {
        var positive = GroupRateGap.Of(groups.Select(group => group.TruePositive));
        var negative = GroupRateGap.Of(groups.Select(group => group.FalsePositive));
        return double.IsNaN(positive.Value) || positive.Value >= negative.Value ? positive : negative;
    }
}

/// <summary>How often yes is said.</summary>
/// <param name="Count">Of how many.</param>
/// <param name="Value">From 0 to 1; NaN of nobody.</param>
public sealed record GroupRate(int Count, double Value)
{
    /// <summary>√(p(1 − p)/n), of independent people.</summary>
    public double StdErr => Math.Sqrt(Value * (1 - Value) / Count);
}

/// <summary>How far rates of groups are apart.</summary>
/// <param name="Value">The largest minus the smallest; 0 is none, NaN where a group has no rate.</param>
/// <param name="StdErr">That of the difference of those two rates, taken as independent; which two they are is not thought of as
/// drawn.</param>
public sealed record GroupRateGap(double Value, double StdErr)
{
    /// <summary>What gaps are counted in, and known by among metrics.</summary>
    internal const string Unit = "difference of rates";

    internal static GroupRateGap Of(IEnumerable<GroupRate> rates)
    {
        var sorted = rates.OrderBy(rate => rate.Value).ToList();
        return sorted.Exists(rate => double.IsNaN(rate.Value))
            ? new GroupRateGap(double.NaN, double.NaN)
            : new GroupRateGap(
                sorted[^1].Value - sorted[0].Value, Math.Sqrt(Math.Pow(sorted[^1].StdErr, 2) + Math.Pow(sorted[0].StdErr, 2)));
    }
}
