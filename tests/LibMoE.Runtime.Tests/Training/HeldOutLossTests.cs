using LibMoE.Runtime.Tests.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training;

public class HeldOutLossTests
{
    private static readonly ModelConfig Small = new() { Dim = 8, Layers = 1, Heads = 2, Hidden = 8, Context = 10 };
    private static readonly ByteTokens Tokens = new([.. Enumerable.Range(0, 256).Select(i => (byte)(i * i))]);

    [Fact]
    public void A_model_that_knows_nothing_loses_ln_256_on_every_sequence()
    {
        using var model = LanguageModel.Create(Small);
        using (no_grad())
        {
            model.state_dict()["head.weight"].zero_();
        }

        var loss = HeldOutLoss.Measure(model, Tokens, length: 10, sequences: 7, batch: 3);

        Assert.Equal(Math.Log(256), loss.Mean, 1e-6);
        Assert.Equal(0, loss.StdErr, 1e-6);
        Assert.Null(loss.Load);
    }

    [Fact]
    public void Mean_and_standard_error_are_over_the_sequences()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small with { HeadStd = 1 }, seed: 2);

        var loss = HeldOutLoss.Measure(model, Tokens, length: 10, sequences: 5, batch: 2);

        var losses = HeldOutLoss.Starts(Tokens, 10, 5).Select(start => Plain(model, start)).ToList();
        Assert.Equal(losses.Average(), loss.Mean, 1e-5);
        var deviation = Math.Sqrt(losses.Sum(value => Math.Pow(value - losses.Average(), 2)) / 4);
        Assert.Equal(deviation / Math.Sqrt(5), loss.StdErr, 1e-5);
        Assert.True(loss.StdErr > 0.01);
    }

    [Fact]
    public void Picks_are_counted_without_balancing_terms_and_the_mode_is_given_back()
    {
        using var model = LanguageModel.Create(Small, HandWrittenMoe.Variant(experts: 4, topK: 2), seed: 2);
        model.train();

        var loss = HeldOutLoss.Measure(model, Tokens, length: 10, sequences: 5, batch: 2);

        Assert.True(model.training);
        Assert.False(((HandWrittenMoe)model.MoeLayers[0]).LastContext!.Losses);
        var block = Assert.Single(loss.Load!.PicksPerBlock);
        Assert.Equal(4, block.Count);
        Assert.Equal(5 * 10 * 2, block.Sum());
    }

    [Fact]
    public void Sequences_spread_over_all_tokens_and_do_not_overlap()
    {
        Assert.Equal([0, 122, 245], HeldOutLoss.Starts(Tokens, length: 10, sequences: 3));
        var starts = HeldOutLoss.Starts(Tokens, length: 10, sequences: 1000);
        Assert.Equal(25, starts.Count);
        Assert.Equal(245, starts[^1]);
        Assert.All(starts.Zip(starts.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 10));
    }

    [Fact]
    public void Fewer_tokens_than_two_sequences_are_refused()
    {
        var error = Assert.Throws<ConfigurationException>(() => HeldOutLoss.Starts(Tokens, length: 128, sequences: 5));

        Assert.Equal("The corpus has 256 held-out tokens; two sequences of 128 tokens take 257.", error.Message);
    }

    [Fact]
    public void Load_is_even_at_0_and_dead_experts_are_counted_over_all_blocks()
    {
        var load = new ExpertLoad([[5, 5, 5, 5], [0, 0, 8, 0]]);

        // Second block: mean 2, deviations −2 −2 6 −2, population variance 12.
        Assert.Equal([0, Math.Sqrt(12) / 2], load.CvPerBlock);
        Assert.Equal(Math.Sqrt(12) / 4, load.Cv, 1e-15);
        Assert.Equal(3, load.Dead);
    }

    /// <summary>The mean of −ln p of a sequence's tokens.</summary>
    private static double Plain(LanguageModel model, long start)
    {
        var ids = new long[11];
        Tokens.CopyTo(start, ids);
        var logits_LV = model.forward(tensor(ids[..10], [1, 10])).Logits[0].to(ScalarType.Float64);
        return Enumerable.Range(0, 10).Average(token =>
        {
            var row = LanguageModelTests.Values(logits_LV[token]);
            return Math.Log(row.Sum(Math.Exp)) - row[ids[token + 1]];
        });
    }
}
