namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>Measures of ranked lists by hand.</summary>
public sealed class RankedListTests
{
    private static readonly int[] Ranked = [7, 3, 9, 1, 5];

    [Fact]
    public void Recall_is_of_those_that_could_be_shown()
    {
        Assert.Equal(1 / 2.0, RankedList.Recall(Ranked, new HashSet<int> { 3, 5 }, k: 2));
        Assert.Equal(1, RankedList.Recall(Ranked, new HashSet<int> { 3, 5, 7 }, k: 2));
        Assert.True(double.IsNaN(RankedList.Recall(Ranked, new HashSet<int>(), k: 2)));
    }

    [Fact]
    public void Gain_is_discounted_by_the_logarithm_of_the_place()
    {
        var gain = 1 / Math.Log2(3) + 1 / Math.Log2(5);

        Assert.Equal(gain / (1 + 1 / Math.Log2(3)), RankedList.Ndcg(Ranked, new HashSet<int> { 3, 1 }, k: 5), 12);
        Assert.Equal(1 / Math.Log2(3), RankedList.Ndcg(Ranked, new HashSet<int> { 3 }, k: 5), 12);
        Assert.Equal(1, RankedList.Ndcg(Ranked, new HashSet<int> { 7, 3, 8 }, k: 2));
    }

    [Fact]
    public void The_rank_score_halves_every_four_places_with_a_half_life_of_five()
    {
        Assert.Equal(0.5, RankedList.RankScore(Ranked, new HashSet<int> { 5 }), 12);
        Assert.Equal(Math.Pow(2, -0.25), RankedList.RankScore(Ranked, new HashSet<int> { 3 }), 12);
        Assert.Equal(1, RankedList.RankScore(Ranked, new HashSet<int> { 3, 7 }));
    }
}
