namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>The expected calibration error by hand.</summary>
public sealed class CalibrationErrorTests
{
    [Fact]
    public void It_is_the_weighted_gap_of_each_bin()
    {
        // Bins of a fifth: (0.2, 0.4] holds 0.3 and 0.4, right 1 of 2; (0.8, 1] holds 0.9 three times, right 2 of 3.
        var error = CalibrationError.Of([0.3, 0.4, 0.9, 0.9, 0.9], [1, 0, 1, 1, 0], bins: 5);

        Assert.Equal((2 * Math.Abs(0.5 - 0.35) + 3 * Math.Abs(2 / 3.0 - 0.9)) / 5, error.Value, 12);
        Assert.True(error.StdErr > 0);
    }

    [Fact]
    public void Who_is_sure_and_right_is_calibrated_and_who_is_sure_and_wrong_is_not()
    {
        Assert.Equal(0, CalibrationError.Of([1, 1, 0], [1, 1, 0]).Value);
        Assert.Equal(1, CalibrationError.Of([1, 1], [0, 0]).Value);
        Assert.True(double.IsNaN(CalibrationError.Of([], []).Value));
    }

    [Fact]
    public void With_one_bin_it_is_the_difference_of_the_means_and_its_error_about_theirs()
    {
        var random = new Random(2);
        double[] said = [.. Enumerable.Range(0, 2000).Select(_ => random.NextDouble())];
        double[] right = [.. said.Select(p => random.NextDouble() < 0.5 * p ? 1.0 : 0)];
        double[] gaps = [.. right.Zip(said, (one, p) => one - p)];
        var error = CalibrationError.Of(said, right, bins: 1);

        Assert.Equal(Math.Abs(gaps.Average()), error.Value, 12);
        var stdErr = Math.Sqrt(gaps.Sum(gap => Math.Pow(gap - gaps.Average(), 2)) / (gaps.Length - 1.0) / gaps.Length);
        Assert.InRange(error.StdErr / stdErr, 0.9, 1.1);
    }
}
