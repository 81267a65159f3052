using Tabular;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>How much experts tell of people's group, by hand.</summary>
public sealed class GroupInformationTests
{
    [Fact]
    public void An_expert_for_each_group_tells_all_of_it()
    {
        Assert.Equal(Math.Log(2), GroupInformation.Of([3, 3, 5, 5], [0, 0, 1, 1], [0, 1, 0, 1]), 12);
        Assert.Equal(0, GroupInformation.Of([3, 5, 3, 5], [0, 0, 1, 1], [0, 0, 0, 0]), 12);
    }

    [Fact]
    public void What_follows_from_the_truth_alone_is_not_counted()
    {
        // Experts go by what is true, of which one group has more: among those of whom the same is true they tell nothing.
        Assert.Equal(0, GroupInformation.Of([0, 0, 0, 1, 1, 1], [0, 0, 1, 0, 1, 1], [0, 0, 0, 1, 1, 1]), 12);
    }

    [Fact]
    public void It_is_the_sum_of_the_formula()
    {
        // Of three people of group 0 two have expert 0, of one of group 1 none: 2/4·ln((2/4)/(2/4·3/4)) + 1/4·ln((1/4)/(2/4·3/4))
        // + 1/4·ln((1/4)/(2/4·1/4)).
        var expected = 0.5 * Math.Log(4 / 3.0) + 0.25 * Math.Log(2 / 3.0) + 0.25 * Math.Log(2);

        Assert.Equal(expected, GroupInformation.Of([0, 0, 1, 1], [0, 0, 0, 1], [1, 1, 1, 1]), 12);
    }

    [Fact]
    public void Permuted_groups_stay_among_those_of_whom_the_same_is_true_and_tell_little()
    {
        int[] experts = [.. Enumerable.Range(0, 2000).Select(person => person % 4)];
        int[] groups = [.. experts.Select(expert => expert / 2)];
        int[] labels = [.. groups.Select((group, person) => person % 5 == 0 ? 1 - group : group)];

        var told = GroupInformation.Of(experts, groups, labels);
        var permuted = GroupInformation.Permuted(experts, groups, labels, times: 10);

        Assert.InRange(told, 0.4, 0.6);
        Assert.Equal(10, permuted.Count);
        Assert.All(permuted, chance => Assert.InRange(chance, 0, 0.01));
    }

    [Fact]
    public void The_most_telling_expert_has_the_largest_part_of_the_information() =>
        Assert.Equal(2, GroupInformation.MostTelling([0, 0, 0, 1, 2, 2, 2], [0, 1, 0, 1, 1, 1, 1]));
}
