namespace LibMoE.Runtime.Tests.Analysis.Metrics;

public class PairMetricsTests
{
    private static readonly PickTable Tokens = new(4, 2, [0, 1, 0, 2, 1, 0, 0, -1]);

    [Fact]
    public void Co_activation_is_a_share_of_the_rows_tokens()
    {
        long[][] counts = [[4, 2, 1, 0], [2, 2, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]];
        Assert.Equal(counts, CoActivation.Counts(Tokens));
        double[][] shares = [[1, 0.5, 0.25, 0], [1, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]];
        Assert.Equal(shares, CoActivation.Of(CoActivation.Counts(Tokens)));
    }

    [Fact]
    public void Layer_overlap_is_the_share_of_picks_that_the_next_layer_repeats()
    {
        var next = new PickTable(4, 2, [1, 0, 3, 1, 2, 3, 1, -1]);
        Assert.Equal(2.0 / 7, LayerOverlap.Of(Tokens, next), 1e-15);
        Assert.Equal(1, LayerOverlap.Of(Tokens, Tokens));
    }

    [Fact]
    public void Layer_similarity_is_what_two_loads_have_in_common()
    {
        double[][] shares = [[0.5, 0.5, 0], [0, 0.25, 0.75], [0.5, 0.25, 0.25]];
        double[][] similarity = [[1, 0.25, 0.75], [0.25, 1, 0.5], [0.75, 0.5, 1]];
        var matrix = LayerSimilarity.Matrix(shares);
        Assert.Equal(similarity, matrix);
        Assert.Equal((3 + (2 * 1.5)) / 9, LayerSimilarity.Universal(matrix), 1e-15);
        Assert.Equal((0.75 + 0.5 + 0.75) / 3, LayerSimilarity.Optimistic(matrix), 1e-15);
        Assert.Throws<ArgumentException>(() => LayerSimilarity.Of([1], [0.5, 0.5]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_routing_agrees_with_plain_implementations(int seed)
    {
        var (a, b) = (RandomRouting.Make(seed), RandomRouting.Make(seed + 50));
        var shares = CoActivation.Of(CoActivation.Counts(a.Table));
        for (var i = 0; i < 7; i++)
        {
            var having = a.Sets.Where(set => set.Contains(i)).ToList();
            for (var j = 0; j < 7; j++)
            {
                Assert.Equal(having.Average(set => set.Contains(j) ? 1.0 : 0), shares[i][j], 1e-12);
            }
        }

        var repeated = a.Sets.Zip(b.Sets, (here, next) => here.Count(next.Contains)).Sum();
        Assert.Equal(repeated / (double)a.Sets.Sum(set => set.Count), LayerOverlap.Of(a.Table, b.Table), 1e-12);

        var (u, v) = (ExpertShare.Of(a.Table.Counts()), ExpertShare.Of(b.Table.Counts()));
        // min(u, v) = (u + v − |u − v|)/2 and both add up to 1.
        Assert.Equal(1 - (u.Zip(v, (one, other) => Math.Abs(one - other)).Sum() / 2), LayerSimilarity.Of(u, v), 1e-12);
    }
}
