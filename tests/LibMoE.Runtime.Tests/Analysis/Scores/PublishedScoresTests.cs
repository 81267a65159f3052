namespace LibMoE.Runtime.Tests.Analysis.Scores;

/// <summary>LibMoE's published scores, fed to our ranking and early-stopping code, give what its paper says.</summary>
public class PublishedScoresTests
{
    private static readonly bool[] PerplexityFirst = [true, .. Enumerable.Repeat(false, 9)];

    [Fact]
    public void Language_scores_give_the_papers_averages_and_ranks()
    {
        AssertAverages([44.18, 43.86, 44.30, 44.66, 44.42, 44.62, 44.33], PublishedScores.Language015.Select(row => row[1..]));
        AssertAverages([49.39, 49.38, 49.85, 49.45, 49.95, 50.06, 50.16], PublishedScores.Language068.Select(row => row[1..]));
        AssertRanks([4.50, 6.45, 4.30, 2.80, 3.20, 2.90, 3.85], AverageRank.Of(PublishedScores.Language015, PerplexityFirst));
        AssertRanks([5.15, 5.75, 3.60, 5.25, 3.60, 2.35, 2.30], AverageRank.Of(PublishedScores.Language068, PerplexityFirst));
    }

    [Fact]
    public void Vision_scores_give_the_papers_averages_and_ranks_once_a_tie_of_rounding_is_broken()
    {
        AssertAverages([52.40, 53.20, 53.09, 53.24, 53.44, 53.01, 52.56], PublishedScores.Vision1M2);

        // SMoE and XMoE both print 43.93 on TextVQA; the published ranks are those of SMoE being above.
        var scores = PublishedScores.Vision1M2;
        AssertRanks([6.00, 3.29, 3.33, 3.33, 2.46, 4.50, 5.08], AverageRank.Of(scores));
        scores[0][1] += 0.001;
        AssertRanks([5.96, 3.33, 3.33, 3.33, 2.46, 4.50, 5.08], AverageRank.Of(scores));
    }

    [Fact]
    public void The_smaller_vision_table_has_one_cell_that_is_a_point_too_low()
    {
        // SharedE-V3's printed cells average 50.78, its printed average is 50.86: a point over twelve columns.
        // With the point on AI2D, and XMoE above SharedE-V2 in their tie of rounding on TextVQA (41.96), every average and
        // rank of the table holds.
        var scores = PublishedScores.Vision665K;
        Assert.Equal(50.78, scores[4].Average(), 0.005);
        scores[4][0] += 1;
        scores[1][1] += 0.001;
        AssertAverages([50.67, 50.88, 50.65, 50.75, 50.86, 50.34, 50.36], scores);
        AssertRanks([3.42, 3.08, 3.71, 3.67, 3.33, 5.42, 5.38], AverageRank.Of(scores));
    }

    [Fact]
    public void Three_of_seven_methods_peak_at_80_percent_of_training()
    {
        var curves = PublishedScores.Checkpoints;

        var early = curves.Where(curve => curve.PeaksEarly).ToList();

        Assert.Equal(["SMoE", "SharedE-V2", "SharedE-V3"], early.Select(curve => curve.Name));
        Assert.All(early, curve => Assert.Equal(0.8, curve.Best!.Fraction));
        Assert.Equal(3.0 / 7, CheckpointCurve.ShareThatPeakEarly(curves), 1e-15);
        Assert.Equal([0.01, 0.14, 0.15], early.Select(curve => Math.Round(curve.Lost, 2)));
    }

    /// <summary>The paper averages scores and then rounds; here are scores that were rounded before. Half a digit each way.</summary>
    private static void AssertAverages(double[] printed, IEnumerable<double[]> rows) =>
        Assert.All(printed.Zip(rows), pair => Assert.Equal(pair.First, pair.Second.Average(), 0.01));

    private static void AssertRanks(double[] printed, double[] ranks) =>
        Assert.All(printed.Zip(ranks), pair => Assert.Equal(pair.First, pair.Second, 0.0051));
}
