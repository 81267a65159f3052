using LibMoE.Federated.Privacy;
using LibMoE.Federated.Rounds;
using LibMoE.Runtime;

namespace LibMoE.Federated.Tests;

/// <summary>Clipping, noise, and what they promise, against closed forms.</summary>
public sealed class PrivacyTests
{
    [Fact]
    public void A_long_change_is_cut_to_the_longest_and_a_short_one_left()
    {
        double[] longer = [3, 4], shorter = [0.3, 0.4];
        ClippedNoise.Clip(longer, 2.5);
        ClippedNoise.Clip(shorter, 2.5);

        Assert.Equal([1.5, 2], longer);
        Assert.Equal([0.3, 0.4], shorter);
    }

    [Fact]
    public void Noise_is_normal_with_the_deviation_that_was_asked_for()
    {
        var noise = new double[40000];
        ClippedNoise.Add(noise, 2, new Random(3).NextDouble);

        var mean = noise.Average();
        var deviation = Math.Sqrt(noise.Average(number => (number - mean) * (number - mean)));
        Assert.InRange(mean, -4 * 2 / 200.0, 4 * 2 / 200.0);
        Assert.InRange(deviation, 2 * (1 - 4 / Math.Sqrt(80000)), 2 * (1 + 4 / Math.Sqrt(80000)));
        Assert.InRange(noise.Count(number => Math.Abs(number) < 2) / 40000.0, 0.6827 - 0.01, 0.6827 + 0.01);
        Assert.InRange(noise.Average(number => Math.Pow(number / 2, 4)), 2.8, 3.2);
    }

    [Fact]
    public void Noise_of_the_system_differs_every_time()
    {
        double[] one = new double[4], other = new double[4];
        ClippedNoise.Add(one, 1);
        ClippedNoise.Add(other, 1);

        Assert.NotEqual(one, other);
    }

    [Theory]
    [InlineData(1, 1, 0.126936737506)] // Φ(−½) − e·Φ(−3/2), of Balle and Wang 2018.
    [InlineData(0, 1, 0.382924922548)] // 2·Φ(½) − 1: the total variation distance.
    public void Delta_is_that_of_the_closed_form(double epsilon, double mu, double delta) =>
        Assert.Equal(delta, GaussianAccountant.Delta(epsilon, mu), 1e-11);

    [Theory]
    [InlineData(0.5, 0.3)]
    [InlineData(1, 2)]
    [InlineData(5, 2)]
    [InlineData(10, 4)]
    public void Delta_is_the_integral_of_what_one_density_has_above_the_other(double epsilon, double mu)
    {
        // ∫ max(0, φ(x − μ) − e^ε·φ(x)) dx, by the midpoint rule.
        const double Step = 1e-4;
        var sum = 0.0;
        for (var x = -12 + Step / 2; x < 20; x += Step)
        {
            sum += Math.Max(0, Density(x - mu) - Math.Exp(epsilon) * Density(x)) * Step;
        }

        Assert.Equal(sum, GaussianAccountant.Delta(epsilon, mu), 1e-8);
    }

    [Theory]
    [InlineData(1, 1, 1e-5, false)]
    [InlineData(0.3, 15, 1e-5, true)]
    [InlineData(20, 100, 1e-6, false)]
    [InlineData(0.05, 1000, 1e-5, true)]
    public void Epsilon_is_where_delta_is_met_and_below_the_bound_of_Renyi(double noise, int rounds, double delta, bool replaced)
    {
        var epsilon = GaussianAccountant.Epsilon(noise, rounds, delta, replaced);
        var mu = Math.Sqrt(rounds) * (replaced ? 2 : 1) / noise;

        Assert.Equal(delta, GaussianAccountant.Delta(epsilon, mu), delta * 1e-6);

        // min_α α·μ²/2 + ln(1/δ)/(α − 1), of Mironov 2017.
        Assert.InRange(epsilon, 0, mu * mu / 2 + mu * Math.Sqrt(2 * Math.Log(1 / delta)));
    }

    [Fact]
    public void More_noise_promises_more_and_none_promises_nothing()
    {
        Assert.Equal(double.PositiveInfinity, GaussianAccountant.Epsilon(0, 1, 1e-5, replaced: false));
        Assert.True(GaussianAccountant.Epsilon(2, 5, 1e-5, false) < GaussianAccountant.Epsilon(1, 5, 1e-5, false));
        Assert.Equal(0, GaussianAccountant.Epsilon(1e9, 1, 1e-5, replaced: true));
    }

    [Fact]
    public void A_server_s_noise_is_on_the_sum_over_the_declared_number_of_members()
    {
        // Two of four declared members came, with changes of length 1: sum (2, 0), noise of deviation z·S = 3 on the sum, both over 4.
        var options = new FederatedOptions { Clip = 1, Noise = 3, Members = 4 };
        var aggregation = new Aggregation(options, new Random(5).NextDouble);
        var zeros = new float[20000];
        float[] pushed = [.. zeros.Select((_, place) => place == 0 ? 1f : 0f)];
        var next = aggregation.Next(
            [new([20000], zeros)], [new([new([20000], pushed)], 7), new([new([20000], pushed)], 100)])[0].Values;

        var deviation = Math.Sqrt(next.Skip(1).Average(value => value * value));
        Assert.InRange(deviation, 0.75 * 0.98, 0.75 * 1.02);
        Assert.InRange(next[0], 0.5 - 4 * 0.75, 0.5 + 4 * 0.75);
    }

    [Fact]
    public void A_private_member_weighs_one_example_sends_at_most_the_longest_change_and_states_its_epsilon()
    {
        var clipped = Samples.Member(1, new FederatedOptions { Clip = 0.01 });
        var begin = clipped.Parameters();
        var sent = clipped.Fit(begin, 0, default);
        var length = Math.Sqrt(sent.Arrays.Zip(begin).SelectMany(pair => pair.First.Values.Zip(pair.Second.Values, (now, before) =>
            (double)now - before)).Sum(change => change * change));
        Assert.Equal(0.01, length, 1e-6);
        Assert.Equal(30, sent.Examples);
        Assert.Equal(double.PositiveInfinity, clipped.Epsilon);

        var noisy = Samples.Member(1, new FederatedOptions { Clip = 1, Noise = 2 });
        Assert.Equal(0, noisy.Epsilon);
        Assert.Equal(1, noisy.Fit(begin, 0, default).Examples);
        _ = noisy.Fit(begin, 0, default);
        Assert.Equal(GaussianAccountant.Epsilon(2, 2, 1e-5, replaced: true), noisy.Epsilon);

        // What was trained without noise is nowhere to be asked for.
        var kept = noisy.Parameters();
        var last = noisy.Fit(begin, 0, default);
        Assert.NotEqual(kept[0].Values, last.Arrays[0].Values);
        Assert.Equal(last.Arrays[0].Values, noisy.Parameters()[0].Values);
    }

    [Fact]
    public void Noise_without_a_longest_change_is_refused() => Assert.Equal(
        "Federated:Noise is 1; it must be 0 where Federated:Clip is 0: without a longest change, no noise hides one.",
        Assert.Throws<ConfigurationException>(() => Samples.Member(1, new FederatedOptions { Noise = 1 })).Message);

    private static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
}
