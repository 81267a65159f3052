namespace LibMoE.Runtime.Tests.Analysis.Scores;

public class CheckpointCurveTests
{
    [Fact]
    public void Of_a_loss_the_lowest_is_the_best()
    {
        var curve = Curve(lowerIsBetter: true, 3, 1, 2);
        Assert.True(curve.PeaksEarly);
        Assert.Equal(0.5, curve.Best!.Fraction);
        Assert.Equal(1, curve.Lost);
    }

    [Fact]
    public void A_tie_with_the_last_is_no_early_peak()
    {
        var curve = Curve(lowerIsBetter: false, 1, 2, 2);
        Assert.False(curve.PeaksEarly);
        Assert.Equal(0, curve.Lost);
    }

    [Fact]
    public void Missing_scores_are_not_compared()
    {
        var curve = Curve(lowerIsBetter: false, null, 2, 3, null);
        Assert.False(curve.PeaksEarly);
        Assert.Equal(3, curve.Last!.Score);
        Assert.Null(Curve(lowerIsBetter: false, null, null).Best);
        Assert.False(Curve(lowerIsBetter: false, null, null).PeaksEarly);
    }

    private static CheckpointCurve Curve(bool lowerIsBetter, params double?[] scores) =>
        new("X", [.. scores.Select((score, index) => new CheckpointScore(index / (scores.Length - 1.0), score))], lowerIsBetter);
}
