namespace LibMoE.Runtime.Tests.Analysis.Scores;

public class AverageRankTests
{
    [Fact]
    public void Equal_scores_share_the_mean_of_their_ranks()
    {
        Assert.Equal([1, 3, 3, 3], AverageRank.Of([[9], [5], [5], [5]]));
        Assert.Equal([3.5, 1.5, 1.5, 3.5], AverageRank.Of([[9], [5], [5], [9]], [true]));
    }

    [Fact]
    public void Ranks_of_random_scores_agree_with_sorting_and_add_up_to_the_same()
    {
        var random = new Random(1);
        double[][] scores = [.. Enumerable.Range(0, 6).Select(_ => Enumerable.Range(0, 5).Select(_ => (double)random.Next(4)).ToArray())];
        var ranks = AverageRank.Of(scores);
        Assert.Equal(6 * 7 / 2.0, ranks.Sum(), 1e-12);
        Assert.All(scores.Zip(ranks), pair => Assert.Equal(
            Enumerable.Range(0, 5).Average(column =>
            {
                var sorted = scores.Select(row => row[column]).OrderDescending().ToList();
                return sorted.Index().Where(entry => entry.Item == pair.First[column]).Average(entry => entry.Index + 1);
            }),
            pair.Second,
            1e-12));
    }

    [Fact]
    public void Rows_of_different_length_are_refused() => Assert.Throws<ArgumentException>(() => AverageRank.Of([[1, 2], [1]]));
}
