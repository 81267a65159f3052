namespace LibMoE.Runtime.Tests.Analysis.Metrics;

public class CheckpointMetricsTests
{
    /// <summary>Against <see cref="Later"/>: the first token swaps its picks, the second changes one of two,
    /// the third keeps both.</summary>
    private static readonly PickTable Earlier = new(4, 2, [0, 1, 2, 3, 1, 0]);
    private static readonly PickTable Later = new(4, 2, [1, 0, 2, 1, 1, 0]);

    [Fact]
    public void A_swap_is_a_change_of_slots_but_not_of_sets()
    {
        Assert.Equal(3.0 / 6, ExpertChangeRate.BySlots(Earlier, Later), 1e-15);
        Assert.Equal(1.0 / 6, ExpertChangeRate.BySets(Earlier, Later), 1e-15);
    }

    [Fact]
    public void Saturation_is_the_share_of_the_final_picks_that_are_there_already()
    {
        Assert.Equal(5.0 / 6, RouterSaturation.Of(Earlier, Later), 1e-15);
        Assert.Equal(2.0 / 3, RouterSaturation.Of(Earlier, Later, top: 1), 1e-15);
        Assert.Equal(3.0 / 6, RouterSaturation.BySlots(Earlier, Later), 1e-15);
        Assert.Equal(2.0 / 3, RouterSaturation.BySlots(Earlier, Later, top: 1), 1e-15);
    }

    [Fact]
    public void The_same_routing_is_saturated_and_unchanged()
    {
        Assert.Equal(0, ExpertChangeRate.BySlots(Later, Later));
        Assert.Equal(0, ExpertChangeRate.BySets(Later, Later));
        Assert.Equal(1, RouterSaturation.Of(Later, Later));
        Assert.Equal(1, RouterSaturation.BySlots(Later, Later));
        Assert.Equal(1, RouterSaturation.ByTokenId(Later, Later, [7, 7, 9], top: 2));
    }

    [Fact]
    public void Saturation_by_token_id_compares_each_ids_most_frequent_experts()
    {
        // Id 7: earlier 0,1 | 2,3 (a tie of four: 0 and 1 stay), later 1,0 | 2,1 (1 twice; 0 before 2). Id 9: 1,0 in both.
        Assert.Equal(1, RouterSaturation.ByTokenId(Earlier, Later, [7, 7, 9], top: 2));
        // The top expert of id 7 was 0 and is 1.
        Assert.Equal(0.5, RouterSaturation.ByTokenId(Earlier, Later, [7, 7, 9], top: 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_checkpoints_agree_with_plain_implementations(int seed)
    {
        var (a, b) = (RandomRouting.Make(seed), RandomRouting.Make(seed + 100));
        var tokens = Enumerable.Range(0, a.Picks.Count).ToList();
        var pairs = tokens.SelectMany(t => a.Picks[t].Zip(b.Picks[t])).Where(pair => pair != (-1, -1)).ToList();
        double Kept(int top) => tokens.Sum(t => a.Picks[t].Take(top).Intersect(b.Picks[t].Take(top)).Count(expert => expert >= 0))
            / (double)b.Picks.Sum(slots => slots.Take(top).Count(expert => expert >= 0));

        Assert.Equal(pairs.Average(pair => pair.First == pair.Second ? 0.0 : 1), ExpertChangeRate.BySlots(a.Table, b.Table), 1e-12);
        Assert.Equal(1 - Kept(3), ExpertChangeRate.BySets(a.Table, b.Table), 1e-12);
        Assert.Equal(Kept(3), RouterSaturation.Of(a.Table, b.Table), 1e-12);
        Assert.Equal(Kept(2), RouterSaturation.Of(a.Table, b.Table, top: 2), 1e-12);
        var final = pairs.Where(pair => pair.Second >= 0).ToList();
        Assert.Equal(final.Average(pair => pair.First == pair.Second ? 1.0 : 0), RouterSaturation.BySlots(a.Table, b.Table), 1e-12);

        int[] ids = [.. tokens.Select(t => t % 9)];
        List<int> Favourites(RandomRouting routing, int id) =>
        [
            .. tokens.Where(t => ids[t] == id).SelectMany(t => routing.Sets[t]).GroupBy(expert => expert)
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key).Take(3).Select(group => group.Key),
        ];
        var overlap = Enumerable.Range(0, 9).Average(id => Favourites(a, id).Intersect(Favourites(b, id)).Count() / 3.0);
        Assert.Equal(overlap, RouterSaturation.ByTokenId(a.Table, b.Table, ids, top: 3), 1e-12);
    }
}
