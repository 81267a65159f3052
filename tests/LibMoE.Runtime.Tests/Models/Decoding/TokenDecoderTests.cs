using LibMoE.Runtime.Models.Decoding;
using LibMoE.Runtime.Tests.Layers;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.Decoding;

/// <summary>A text that is read on token by token on kernels for one row has the logits that it has at once.</summary>
public sealed class TokenDecoderTests
{
    private static readonly long[] Text = [.. Enumerable.Range(0, 19).Select(token => (long)((7 * token * token + 3 * token) % 13))];

    private static readonly ModelConfig Small = BackboneParts.All["plain"] with { Context = 90 };

    public static TheoryData<string> Parts => BackboneParts.Names;

    public static TheoryData<string> Activations => [.. Enum.GetNames<Activation>()];

    [Theory]
    [MemberData(nameof(Parts))]
    public void Logits_are_those_of_plain_loops(string name)
    {
        using var model = Model(BackboneParts.All[name]);

        AgreesWithOracle(model);
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void Dense_feed_forwards_of_every_activation_agree_with_the_model(string activation)
    {
        using var model = Model(Small with { Activation = Enum.Parse<Activation>(activation), FeedForwardBias = true, HeadBias = true });

        AgreesWithModel(model, Text, read: 4);
    }

    [Theory]
    [InlineData(0.0, null)]
    [InlineData(0.5, null)]
    [InlineData(1.0, 7)]
    public void Long_texts_agree_with_the_model(double rotary, int? window)
    {
        using var model = Model(Small with { RotaryFraction = rotary, Window = window });

        AgreesWithModel(model, [.. Enumerable.Range(0, 90).Select(token => token * token % 13L)], read: 1);
    }

    [Fact]
    public void Mixtures_are_asked_as_they_are_with_ids_and_the_logits_before()
    {
        foreach (var variant in new[]
            { HandWrittenMoe.Variant(), MoeVariant.Of<ResidualLayer>(), MoeVariant.Of<HashLayer>() })
        {
            using var model = Model(Small with { MoeBlocks = [0, 2], Layers = 3 }, variant);

            AgreesWithModel(model, Text, read: 5);
        }
    }

    [Fact]
    public void The_drawn_text_is_the_one_without_it()
    {
        using var model = Model(Small);
        var options = new GenerationOptions { Temperature = 0.7, Tokens = 60, Seed = 3 };

        var drawn = TextGenerator.Tokens(model, [1, 2, 3], options).ToArray();
        model.BlockRan = (_, _, _) => { };

        Assert.Equal(60, drawn.Length);
        Assert.Equal(TextGenerator.Tokens(model, [1, 2, 3], options).ToArray(), drawn);
    }

    [Fact]
    public void What_is_written_into_a_parameter_is_what_the_next_token_is_computed_with()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model(Small);
        foreach (var write in new Action<Tensor>[] { head => head.copy_(head * -2), head => head.zero_(), head => head.fill_(3) })
        {
            using var decoder = Decoder(model, Text[..3])!;
            decoder.Read((int)Text[3]);
            write(model.state_dict()["head.weight"]);
            var expected = LanguageModelTests.Values(model.forward(tensor(Text[..5], [1, 5])).Logits[0, -1]);

            Near(expected, decoder.Read((int)Text[4]), least: 0);
        }
    }

    [Fact]
    public void What_it_does_not_serve_is_read_by_the_model()
    {
        using var plain = Model(Small);
        using (var served = Decoder(plain, Text[..3]))
        {
            Assert.NotNull(served);
        }

        plain.BlockRan = (_, _, _) => { };
        Assert.Null(Decoder(plain, Text[..3]));

        using var wide = LanguageModel.Create(Small, dtype: ScalarType.Float64);
        Assert.Null(Decoder(wide, Text[..3]));
        using var latent = LanguageModel.Create(Small with { KeyValueHeads = null, HeadDim = null, LatentAttention = new LatentAttention() });
        Assert.Null(Decoder(latent, Text[..3]));
        using var crowded = LanguageModel.Create(Small, MoeVariant.Of<DroppingLayer>());
        Assert.Null(Decoder(crowded, Text[..3]));
    }

    [Fact]
    public void Live_tensors_stay_as_many_as_before()
    {
        using var model = Model(Small, HandWrittenMoe.Variant());
        _ = TextGenerator.Tokens(model, [1, 2], new GenerationOptions { Tokens = 3 }).Count();
        var before = LiveTensors.Count;

        Assert.Equal(50, TextGenerator.Tokens(model, [1, 2], new GenerationOptions { Tokens = 50 }).Count());
        _ = TextGenerator.Tokens(model, [1, 2], new GenerationOptions { Tokens = 50 }).First();

        Assert.Equal(before, LiveTensors.Count);
    }

    private static LanguageModel Model(ModelConfig config, MoeVariant? variant = null)
    {
        var model = LanguageModel.Create(config, variant, seed: 5);
        using var quiet = no_grad();
        using var draws = new Generator(17);
        foreach (var parameter in model.parameters())
        {
            parameter.add_(randn(parameter.shape, generator: draws), alpha: 0.3);
        }

        model.eval();
        return model;
    }

    private static TokenDecoder? Decoder(LanguageModel model, long[] read)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var cache = new KeyValueCache();
        model.eval();
        model.forward(tensor(read, [1, read.Length]), MoeContext.None, cache);
        return TokenDecoder.Find(model, cache);
    }

    private static void AgreesWithOracle(LanguageModel model)
    {
        using var scope = NewDisposeScope();
        var oracle = new PlainTransformer(
            model.Config, model.state_dict().ToDictionary(entry => entry.Key, entry => LanguageModelTests.Values(entry.Value)));
        var expected = oracle.Logits(Text);
        using var decoder = Decoder(model, Text[..3])!;
        for (var token = 3; token < Text.Length; token++)
        {
            Near(expected[token], decoder.Read((int)Text[token]));
        }
    }

    private static void AgreesWithModel(LanguageModel model, long[] text, int read)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var logits_SLV = model.forward(tensor(text, [1, text.Length])).Logits;
        using var decoder = Decoder(model, text[..read])!;
        for (var token = read; token < text.Length; token++)
        {
            Near(LanguageModelTests.Values(logits_SLV[0, token]), decoder.Read((int)text[token]));
        }
    }

    private static void Near(double[] expected, double[] actual, double least = 0.1)
    {
        var most = expected.Max(Math.Abs);
        Assert.True(most >= least, "logits of nearly 0 would show nothing");
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-5 * Math.Max(1, most)));
    }
}
