using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.Generation;

public sealed class TokenSamplerTests
{
    private static readonly double[] Logits = [Math.Log(0.1), Math.Log(0.4), Math.Log(0.2), Math.Log(0.25), Math.Log(0.05)];

    [Fact]
    public void Temperature_0_takes_the_largest_logit_and_the_first_of_equals()
    {
        var greedy = new TokenSampler(new GenerationOptions { Temperature = 0 });

        Assert.Equal(1, greedy.Next(Logits));
        Assert.Equal(2, greedy.Next([0.0, -1, 3, 3]));
        using var scope = NewDisposeScope();
        Assert.Equal(1, greedy.Next(tensor(Logits)));
    }

    [Theory]
    [InlineData(1, 0, 1, new[] { 1, 3, 2, 0, 4 }, new[] { 0.4, 0.25, 0.2, 0.1, 0.05 })]
    [InlineData(1, 2, 1, new[] { 1, 3 }, new[] { 0.4 / 0.65, 0.25 / 0.65 })]
    [InlineData(1, 0, 0.6, new[] { 1, 3 }, new[] { 0.4, 0.25 })]
    [InlineData(1, 0, 0.66, new[] { 1, 3, 2 }, new[] { 0.4, 0.25, 0.2 })]
    [InlineData(1, 3, 0.7, new[] { 1, 3 }, new[] { 0.4 / 0.85, 0.25 / 0.85 })]
    [InlineData(1, 0, 1e-9, new[] { 1 }, new[] { 0.4 })]
    [InlineData(0.5, 2, 1, new[] { 1, 3 }, new[] { 0.16 / 0.2225, 0.0625 / 0.2225 })]
    public void What_can_be_drawn_follows_from_temperature_k_and_p(double temperature, int k, double p, int[] ids, double[] probabilities)
    {
        var sampler = new TokenSampler(new GenerationOptions { Temperature = temperature, TopK = k, TopP = p });

        var candidates = sampler.Candidates(Logits);

        Assert.Equal(ids, candidates.Select(candidate => candidate.Id));
        Assert.All(probabilities.Zip(candidates), pair => Assert.Equal(pair.First, pair.Second.Probability, 1e-12));
    }

    [Fact]
    public void Tokens_are_drawn_as_often_as_their_probability_says()
    {
        var sampler = new TokenSampler(new GenerationOptions { TopK = 3, Seed = 1 });
        var counts = new int[5];
        for (var draw = 0; draw < 20_000; draw++)
        {
            counts[sampler.Next(Logits)]++;
        }

        // 0.85 of the probability is left; five standard errors are 0.018.
        Assert.Equal((0, 0), (counts[0], counts[4]));
        Assert.InRange(counts[1] / 20_000.0, (0.4 / 0.85) - 0.018, (0.4 / 0.85) + 0.018);
        Assert.InRange(counts[3] / 20_000.0, (0.25 / 0.85) - 0.018, (0.25 / 0.85) + 0.018);
    }

    [Fact]
    public void The_same_seed_draws_the_same_and_another_seed_does_not()
    {
        int[] Draw(long seed)
        {
            var sampler = new TokenSampler(new GenerationOptions { Seed = seed });
            return [.. Enumerable.Range(0, 50).Select(_ => sampler.Next(Logits))];
        }

        Assert.Equal(Draw(7), Draw(7));
        Assert.NotEqual(Draw(7), Draw(8));
    }

    [Theory]
    [InlineData("Tokens", 0)]
    [InlineData("Temperature", -1)]
    [InlineData("TopK", -1)]
    [InlineData("TopP", 0)]
    public void Settings_that_mean_nothing_are_named(string key, double value)
    {
        var options = new GenerationOptions
        {
            Tokens = key == "Tokens" ? (int)value : 1,
            Temperature = key == "Temperature" ? value : 1,
            TopK = key == "TopK" ? (int)value : 0,
            TopP = key == "TopP" ? value : 1,
        };

        Assert.Contains($"Generation:{key} is {value}; it must ", Assert.Single(options.Problems()), StringComparison.Ordinal);
    }
}
