using System.Text.RegularExpressions;
using LibMoE.Runtime.Tests.Hosting;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models;

public sealed class ModelMemoryTests
{
    private static readonly ModelConfig Small = new() { Dim = 16, Layers = 2, Heads = 4, KeyValueHeads = 2, Hidden = 24, Context = 20 };

    [Theory]
    [InlineData(ScalarType.Float32, 4)]
    [InlineData(ScalarType.BFloat16, 2)]
    public void Generation_takes_the_parameters_that_the_model_has_and_a_full_cache(ScalarType type, int bytes)
    {
        using var model = LanguageModel.Create(Small, MoeVariant.Of<HostedSmoe>(), dtype: type);
        var parameters = model.parameters().Sum(parameter => parameter.numel());
        const long KeysAndValues = 2 * 2 * 2 * 4 * 20;

        Assert.Equal(bytes * (parameters + KeysAndValues), ModelMemory.Generation(Small, model.Variant!.Declaration, type));
    }

    [Fact]
    public void Training_takes_four_copies_of_the_parameters_or_five_and_logits_with_their_gradient()
    {
        using var model = LanguageModel.Create(Small);
        var parameters = model.parameters().Sum(parameter => parameter.numel());

        Assert.Equal(16 * parameters + 8 * 3 * 5 * 256, ModelMemory.Training(Small, null, sequences: 3, length: 5));
        Assert.Equal(20 * parameters + 8 * 3 * 5 * 256, ModelMemory.Training(Small, null, 3, 5, average: true));
    }

    [Fact]
    public void Of_a_large_vocabulary_the_logits_of_a_part_count_alone()
    {
        var words = Small with { Vocabulary = 65_536 };
        var part = ModelMemory.Training(words, null, sequences: 1, length: 256);

        Assert.Equal(8L * 128 * 65_536, part - ModelMemory.Training(words, null, 1, 128));
        Assert.Equal(part, ModelMemory.Training(words, null, 1_000, 256));
    }

    [Fact]
    public async Task A_study_that_cannot_fit_is_refused_with_its_estimate_before_anything_is_made()
    {
        using var host = new HostedRun();

        Assert.Equal(2, await host.Run(HostedRun.Tiny("--Model:Dim=1048576", "--Model:Heads=1024")));

        Assert.Contains(
            host.Errors, error => error.Contains("Training HostedSmoe in batches of 2 sequences takes at least ", StringComparison.Ordinal)
                && error.Contains("TB, and this machine has ", StringComparison.Ordinal));
        Assert.False(host.LeftARun);
    }

    [Fact]
    public void A_model_that_cannot_fit_is_refused_with_its_size()
    {
        var huge = Small with { Dim = 1 << 20, Heads = 1024, KeyValueHeads = null, Hidden = 1 << 22 };

        var error = Assert.Throws<ConfigurationException>(() => LanguageModel.Create(huge));

        Assert.Contains("million parameters in Float32, takes at least ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describe_says_what_training_and_generating_take()
    {
        using var host = new HostedRun();

        Assert.Equal(0, await host.Run("describe", "--Model:Dim=16", "--Model:Heads=2"));

        var plain = Regex.Replace(host.Output, @"\x1b\[[\d;]*m", "");
        var text = string.Join(' ', plain.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches(
            @"memory at least [\d.]+ MB to train \(16 sequences of 64 tokens at a time; activations come on top\), "
                + @"[\d.]+ MB to generate with a full context",
            text);
    }
}
