using LibMoE.Runtime.Training;

namespace LibMoE.Runtime.Tests.Training;

/// <summary>The optimiser's state is divided so that every number has one owner.</summary>
public sealed class StatePartTests
{
    private static readonly (string Name, long Count)[] Sizes = [("a", 1000), ("b", 7), ("c", 1), ("d", 64), ("e", 12345), ("f", 16)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(2000)]
    public void Every_number_belongs_to_one_rank_and_ranges_follow_each_other(int ranks)
    {
        var parts = StatePart.Divide(Sizes, ranks);

        Assert.Equal(ranks, parts.Count);
        foreach (var (name, count) in Sizes)
        {
            var own = parts.SelectMany(all => all).Where(part => part.Name == name).ToList();
            Assert.Equal(0, own[0].Begin);
            Assert.Equal(count, own[^1].End);
            Assert.All(own.Zip(own.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Begin));
            Assert.All(own, part => Assert.Equal(0, part.Begin % 16));
            Assert.All(own, part => Assert.Equal(part.Count == count, part.Whole));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void Ranges_are_as_long_as_each_other_but_for_alignment(int ranks)
    {
        var total = Sizes.Sum(size => size.Count);

        Assert.All(StatePart.Divide(Sizes, ranks), own =>
            Assert.InRange(own.Sum(part => part.Count), (total / ranks) - (16 * Sizes.Length), (total / ranks) + (16 * Sizes.Length)));
    }

    [Theory]
    [InlineData("mean.head.weight", 100, 0, 100, true)]
    [InlineData("mean.head.weight[16:48]", 32, 16, 48, false)]
    [InlineData("step.a[b].c", 1, 0, 1, true)]
    public void A_stored_name_says_which_part_it_is(string stored, long count, long begin, long end, bool whole)
    {
        var part = StatePart.Parse(stored, count);

        Assert.Equal((begin, end, whole), (part.Begin, part.End, part.Whole));
        Assert.Equal(stored, part.StoredName);
    }
}
