namespace LibMoE.Runtime.Tests.Statistics;

/// <summary>One temperature for all logits, on cases whose best one is known.</summary>
public sealed class TemperatureScalingTests
{
    /// <summary>Three of four are right of what is said with a margin of 2: best is σ(2/T) = 3/4, so T = 2/ln 3.</summary>
    private static readonly (double[][] Logits, int[] Labels) Sure = ([[2, 0], [0, 2], [5, 3], [2, 0]], [0, 1, 0, 1]);

    [Fact]
    public void Of_equal_margins_the_best_temperature_makes_the_probability_the_share_that_is_right() =>
        Assert.Equal(2 / Math.Log(3), TemperatureScaling.Fit(Sure.Logits, Sure.Labels), 1e-12);

    [Fact]
    public void The_calibration_error_of_such_a_case_falls_to_nothing_and_what_is_said_stays()
    {
        var temperature = TemperatureScaling.Fit(Sure.Logits, Sure.Labels);
        double[] right = [.. Sure.Logits.Zip(Sure.Labels, (logits, label) => Said(logits) == label ? 1.0 : 0)];

        Assert.Equal(1 / (1 + Math.Exp(-2)) - 0.75, CalibrationError.Of(Confidences(1), right).Value, 1e-12);
        Assert.Equal(0, CalibrationError.Of(Confidences(temperature), right).Value, 1e-12);
        Assert.All(Sure.Logits, logits => Assert.Equal(Said(logits), Said([.. logits.Select(logit => logit / temperature)])));

        double[] Confidences(double by) => [.. Sure.Logits.Select(logits => Softmax(logits, by).Max())];
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(7)]
    [InlineData(100)]
    public void Logits_so_many_times_as_large_have_a_temperature_so_many_times_as_high(double times)
    {
        var (logits, labels) = Drawn(seed: 3);
        var temperature = TemperatureScaling.Fit(logits, labels);

        Assert.Equal(
            times * temperature,
            TemperatureScaling.Fit([.. logits.Select(row => row.Select(logit => times * logit).ToArray())], labels),
            1e-9 * times * temperature);
    }

    [Fact]
    public void A_number_that_all_logits_of_an_example_have_more_changes_nothing()
    {
        var (logits, labels) = Drawn(seed: 4);

        Assert.Equal(
            TemperatureScaling.Fit(logits, labels),
            TemperatureScaling.Fit([.. logits.Select((row, number) => row.Select(logit => logit + 100 * number - 3000).ToArray())], labels),
            1e-9);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void It_is_what_a_plain_search_of_the_likelihood_finds(int seed)
    {
        var (logits, labels) = Drawn(seed);
        var (low, high) = (Math.Log(TemperatureScaling.Least), Math.Log(TemperatureScaling.Most));
        while (high - low > 1e-9)
        {
            var (one, other) = (low + (high - low) / 3, high - (high - low) / 3);
            (low, high) = Loss(Math.Exp(one)) < Loss(Math.Exp(other)) ? (low, other) : (one, high);
        }

        Assert.Equal(Math.Exp(low), TemperatureScaling.Fit(logits, labels), 1e-6 * Math.Exp(low));

        double Loss(double by) => -logits.Zip(labels).Sum(pair => Math.Log(Softmax(pair.First, by)[pair.Second]));
    }

    [Fact]
    public void Where_no_temperature_is_best_the_nearest_bound_is_given()
    {
        Assert.Equal(TemperatureScaling.Least, TemperatureScaling.Fit([[1, 0], [0, 3]], [0, 1]));
        Assert.Equal(TemperatureScaling.Most, TemperatureScaling.Fit([[1, 0], [0, 3]], [1, 0]));
    }

    [Fact]
    public void Labels_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => TemperatureScaling.Fit([], []));
        Assert.Throws<ArgumentException>(() => TemperatureScaling.Fit([[1, 0]], [0, 1]));
        Assert.Throws<ArgumentException>(() => TemperatureScaling.Fit([[1, 0]], [2]));
    }

    /// <summary>Three classes; a label is the class of the largest logit in three of five cases.</summary>
    private static (double[][] Logits, int[] Labels) Drawn(int seed)
    {
        var random = new Random(seed);
        double[][] logits = [.. Enumerable.Range(0, 60).Select(_ =>
            Enumerable.Range(0, 3).Select(_ => 8 * random.NextDouble() - 4).ToArray())];
        return (logits, [.. logits.Select((row, number) => number % 5 < 3 ? Said(row) : random.Next(3))]);
    }

    private static int Said(double[] logits) => Array.IndexOf(logits, logits.Max());

    private static double[] Softmax(double[] logits, double by)
    {
        double[] weights = [.. logits.Select(logit => Math.Exp((logit - logits.Max()) / by))];
        return [.. weights.Select(weight => weight / weights.Sum())];
    }
}
