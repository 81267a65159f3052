namespace LibMoE.Runtime.Tests.Models;

/// <summary>YaRN's frequencies and lengths at the settings of released models.</summary>
public sealed class RotaryScalingTests
{
    private static readonly RotaryScaling GptOss =
        new() { Kind = RotaryScalingKind.Yarn, Factor = 32, FirstContext = 4096, ExactChannels = true };

    private static readonly RotaryScaling DeepSeekV3 = new() { Kind = RotaryScalingKind.Yarn, Factor = 40, FirstContext = 4096 };

    /// <summary>Between 8.09 = 32·ln(4096/64π)/ln 150000 and 17.40 = 32·ln(4096/2π)/ln 150000.</summary>
    [Fact]
    public void The_frequencies_of_gpt_oss_pass_over_between_the_pairs_that_turn_32_times_and_once()
    {
        var frequencies = GptOss.Frequencies(150_000, 64);

        for (var pair = 0; pair < 32; pair++)
        {
            var plain = Math.Pow(150_000, -pair / 32.0);
            var (low, high) = (32 * Math.Log(4096 / (64 * Math.PI)) / Math.Log(150_000), 32 * Math.Log(2048 / Math.PI) / Math.Log(150_000));
            var expected = pair <= 8 ? plain : pair >= 18 ? plain / 32 : plain * (1 - (31.0 / 32 * (pair - low) / (high - low)));
            Assert.Equal(expected, frequencies[pair], 1e-15);
        }
    }

    /// <summary>⌊10.47⌋ = 10 and ⌈22.51⌉ = 23, of 32·ln(4096/(64π))/ln 10000 and 32·ln(4096/2π)/ln 10000.</summary>
    [Fact]
    public void Pairs_are_rounded_outwards_where_nothing_else_is_said()
    {
        var frequencies = DeepSeekV3.Frequencies(10_000, 64);

        for (var pair = 0; pair < 32; pair++)
        {
            var divided = Math.Clamp((pair - 10) / 13.0, 0, 1);
            var plain = Math.Pow(10_000, -pair / 32.0);
            Assert.Equal((plain * (1 - divided)) + (plain / 40 * divided), frequencies[pair], 1e-15);
        }
    }

    [Fact]
    public void What_is_turned_is_lengthened_by_a_tenth_of_the_logarithm_of_the_factor()
    {
        Assert.Equal(1.3465735902799727, GptOss.TurnedLength, 1e-15);
        Assert.Equal(1, (GptOss with { Factor = 1 }).TurnedLength);
        Assert.Equal(1.5, (GptOss with { AttentionFactor = 1.5 }).TurnedLength);
        Assert.Equal(1, new RotaryScaling { Factor = 4 }.TurnedLength);
        Assert.Equal(1.3688879454113936, RotaryScaling.YarnMagnitude(40), 1e-15);
        Assert.Equal(1 + (0.0707 * Math.Log(40)), RotaryScaling.YarnMagnitude(40, 0.707), 1e-15);
        Assert.Equal(1, RotaryScaling.YarnMagnitude(0.5, 3));
    }

    /// <summary>With a first context so short that no pair turns, both ends fall on pair 0.</summary>
    [Fact]
    public void Where_both_ends_fall_together_no_frequency_is_lost()
    {
        var frequencies = (DeepSeekV3 with { FirstContext = 4, FastTurns = 2 }).Frequencies(10_000, 8);

        Assert.Equal([1, 0.1 / 40, 0.01 / 40, 0.001 / 40], frequencies.Select(frequency => Math.Round(frequency, 15)));
    }

    [Fact]
    public void A_rule_that_goes_by_frequency_gives_the_same_for_all_pairs_at_once()
    {
        var llama = new RotaryScaling { Kind = RotaryScalingKind.Llama3, FirstContext = 100 };

        Assert.Equal(
            Enumerable.Range(0, 4).Select(pair => llama.Scale(Math.Pow(500, -pair / 4.0))), llama.Frequencies(500, 8));
        Assert.Contains("take RotaryScaling.Frequencies", Assert.Throws<InvalidOperationException>(() => GptOss.Scale(1)).Message);
    }
}
