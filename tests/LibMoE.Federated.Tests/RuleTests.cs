using LibMoE.Federated.Arrays;
using LibMoE.Federated.Rounds;
using LibMoE.Federated.Rules;
using LibMoE.Runtime;

namespace LibMoE.Federated.Tests;

/// <summary>What servers make of members' parameters, against cases by hand.</summary>
public sealed class RuleTests
{
    [Fact]
    public void The_mean_weighs_examples_and_not_members() =>
        // (1·[1, 0] + 3·[5, 4]) / 4.
        Assert.Equal([4, 3], WeightedMean.Of([(1, [1, 0]), (3, [5, 4])]));

    [Fact]
    public void FedAdam_makes_the_steps_of_its_formula()
    {
        var rule = new FedAdam(rate: 0.1, beta1: 0.9, beta2: 0.99, tau: 1e-3);

        // Δ = 2: m = 0.2, v = 0.04, and a step of 0.1·0.2/(0.2 + 0.001).
        var first = rule.Next([1], [3]);
        Assert.Equal(1 + 0.02 / 0.201, first[0], 12);

        // Δ = −1: m = 0.9·0.2 − 0.1 = 0.08, v = 0.99·0.04 + 0.01 = 0.0496.
        var second = rule.Next(first, [first[0] - 1]);
        Assert.Equal(first[0] + 0.1 * 0.08 / (Math.Sqrt(0.0496) + 1e-3), second[0], 12);
    }

    [Fact]
    public void FedAvg_and_FedProx_end_with_the_mean()
    {
        Assert.Equal([3.0], new FedAvg().Next([1], [3]));
        Assert.Equal([3.0], new FedProx(0.1).Next([1], [3]));
        Assert.Equal(0.1, new FedProx(0.1).Config["proximal_mu"]);
        Assert.Empty(new FedAvg().Config);
    }

    [Fact]
    public void FedProx_pulls_a_member_back_by_its_gradient_alone()
    {
        // One step of SGD (AdamW with β₁ = 0 and ε far above the gradients) begins at w₀, where the term has no gradient; the second step
        // is pulled by μ·(w₁ − w₀).
        const double Rate = 0.5, Mu = 0.3, Epsilon = 1e6;
        var training = Samples.Training with { Steps = 1, Beta1 = 0, Epsilon = Epsilon, LearningRate = Rate * Epsilon };
        var begin = Samples.Member(1, training: training).Parameters();

        double[] After(int steps, double proximal) => [.. Samples.Member(1, training: training with { Steps = steps })
            .Fit(begin, proximal, default).Arrays.SelectMany(array => array.Values).Select(value => (double)value)];

        var (one, two, held) = (After(1, 0), After(2, 0), After(2, Mu));
        double[] start = [.. begin.SelectMany(array => array.Values).Select(value => (double)value)];
        Assert.Equal(one, After(1, Mu));
        Assert.All(held.Index(), place => Assert.Equal(
            two[place.Index] - Rate * Mu * (one[place.Index] - start[place.Index]), place.Item, 1e-5));
        Assert.Contains(one.Zip(start), pair => Math.Abs(pair.First - pair.Second) > 0.01);
    }

    [Fact]
    public void Aggregation_clips_each_change_before_it_weighs_them()
    {
        // Changes [6, 8] and [0.3, 0.4] of lengths 10 and 0.5; the first is cut to length 1.
        IReadOnlyList<NpyArray> current = [new([2], [10, 20])];
        var next = new Aggregation(new FederatedOptions { Clip = 1 }).Next(
            current, [new([new([2], [16, 28])], 1), new([new([2], [10.3f, 20.4f])], 1)]);

        Assert.Equal(10 + (0.6 + 0.3) / 2, next[0].Values[0], 1e-5);
        Assert.Equal(20 + (0.8 + 0.4) / 2, next[0].Values[1], 1e-5);
    }
}
