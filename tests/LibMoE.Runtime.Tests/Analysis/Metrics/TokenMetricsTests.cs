using LibMoE.Runtime.Tests.Models;

namespace LibMoE.Runtime.Tests.Analysis.Metrics;

public class TokenMetricsTests
{
    /// <summary>Two tokens: weights 3:1 and 1:1, the latter with one negative sign as ternary gates give.</summary>
    private static readonly PickTable Two = new(4, 2, [0, 1, 2, 3], [0.75, 0.25, 1, -1]);

    [Fact]
    public void Weight_entropy_is_in_nats_or_as_a_share_of_ln_K()
    {
        var first = (0.75 * Math.Log(4 / 3.0)) + (0.25 * Math.Log(4));
        Assert.Equal((first + Math.Log(2)) / 2, WeightEntropy.Nats(Two)!.Value, 1e-15);
        Assert.Equal(((first / Math.Log(2)) + 1) / 2, WeightEntropy.Normalized(Two)!.Value, 1e-15);
    }

    [Fact]
    public void A_single_pick_has_no_spread_and_no_margin()
    {
        var single = new PickTable(4, 1, [2, 0], [1, 0.3]);
        Assert.Equal(0, WeightEntropy.Nats(single));
        Assert.Null(WeightEntropy.Normalized(single));
        Assert.Null(RouterMargin.OnWeights(single));
    }

    [Fact]
    public void Margin_is_the_largest_minus_the_second_largest()
    {
        Assert.Equal(0.25, RouterMargin.OnWeights(Two)!.Value, 1e-15);
        Assert.Equal(0.4, RouterMargin.OfScores([0.2, 0.6, 0.1, 0.1]), 1e-15);
        Assert.Equal(0.4, RouterMargin.OfScores([2, 6, 1, 1]), 1e-15);
        Assert.Equal(0, RouterMargin.OfScores([0.5, 0.5]));
    }

    [Fact]
    public void Perplexity_of_one_tokens_scores_counts_the_experts_it_wavers_between()
    {
        Assert.Equal(0.5, RelativePerplexity.OfScores([0.5, 0.5, 0, 0]), 1e-15);
        Assert.Equal(1, RelativePerplexity.OfScores([3, 3, 3, 3]), 1e-15);
        Assert.Equal(0.25, RelativePerplexity.OfScores([0, 0, 1, 0]), 1e-15);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Random_weights_agree_with_plain_implementations(int seed)
    {
        var routing = RandomRouting.Make(seed);
        var tokens = routing.Weights.Select(weights => weights.Where(weight => weight > 0).Order().Reverse().ToList()).ToList();
        List<double> Scaled(List<double> weights) => [.. weights.Select(weight => weight / weights.Sum())];
        double Bits(List<double> shares) => -shares.Sum(share => share * Math.Log2(share));
        var several = tokens.Where(weights => weights.Count > 1).ToList();

        Assert.True(several.Count < tokens.Count);
        Assert.Equal(tokens.Average(weights => Bits(Scaled(weights)) * Math.Log(2)), WeightEntropy.Nats(routing.Table)!.Value, 1e-12);
        Assert.Equal(several.Average(weights => Bits(Scaled(weights)) / Math.Log2(weights.Count)),
            WeightEntropy.Normalized(routing.Table)!.Value, 1e-12);
        Assert.Equal(
            several.Average(weights => Scaled(weights)[0] - Scaled(weights)[1]), RouterMargin.OnWeights(routing.Table)!.Value, 1e-12);
    }

    [Fact]
    public void Tables_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new PickTable(4, 2, [0, 1, 2]));
        Assert.Throws<ArgumentException>(() => new PickTable(4, 2, [0, 4]));
        Assert.Throws<ArgumentException>(() => new PickTable(4, 2, [0, -2]));
        Assert.Throws<ArgumentException>(() => new PickTable(4, 2, [0, 1], [1.0]));
        Assert.Throws<ArgumentException>(() => ExpertChangeRate.BySets(Two, new PickTable(4, 1, [0])));
    }

    /// <summary>Three tokens, two picks and three experts: C = ceil(0.5·6/3) = 1, and experts 0 and 1 were picked twice.</summary>
    [Fact]
    public void Dropped_picks_are_those_beyond_the_capacity_whatever_their_weights()
    {
        var picks = new PickTable(3, 2, [0, 1, 2, -1, 1, 0], [0, 0, 0, 0, 0, 0]);
        var limited = HandWrittenMoe.Declare("Limited", experts: 3, topK: 2, capacity: 0.5);

        Assert.Equal(2, DroppedPicks.Of(limited, picks));
        Assert.Equal(0, DroppedPicks.Of(HandWrittenMoe.Declare("Free", experts: 3, topK: 2), picks));
        Assert.Equal(8, DroppedPicks.Of([5, 4, 0, 2], capacity: 1));
    }
}
