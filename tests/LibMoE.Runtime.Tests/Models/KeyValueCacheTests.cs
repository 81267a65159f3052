using LibMoE.Runtime.Tests.Layers;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models;

public sealed class KeyValueCacheTests
{
    private static readonly ModelConfig Small = new()
    {
        Vocabulary = 13,
        Dim = 12,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = 2,
        Hidden = 10,
        Context = 90,
        MatrixStd = 0.3,
        EmbeddingStd = 1,
        HeadStd = 0.3,
    };

    [Theory]
    [InlineData(new[] { 80 })]
    [InlineData(new[] { 1, 1, 1, 77 })]
    [InlineData(new[] { 7, 40, 33 })]
    [InlineData(new[] { 79, 1 })]
    public void A_text_read_in_parts_gives_what_it_gives_at_once(int[] parts)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model();
        var ids_SL = Ids(2, 80);
        using var cache = new KeyValueCache();

        var pieces = new List<Tensor>();
        var start = 0;
        foreach (var part in parts)
        {
            pieces.Add(model.forward(ids_SL.narrow(1, start, part), MoeContext.None, cache).Logits);
            start += part;
            Assert.Equal(start, cache.Length);
        }

        Near(model.forward(ids_SL).Logits, cat(pieces, 1));
    }

    [Theory]
    [InlineData(RotaryScalingKind.Linear)]
    [InlineData(RotaryScalingKind.Llama3)]
    public void Scaled_positions_count_from_the_start_of_the_text_with_a_cache_too(RotaryScalingKind kind)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var config =
            Small with { HeadDim = 8, RotaryBase = 500, RotaryScaling = new RotaryScaling { Kind = kind, Factor = 4, FirstContext = 100 } };
        using var model = LanguageModel.Create(config, seed: 1, dtype: ScalarType.Float64);
        model.eval();
        var ids_SL = Ids(1, 60);
        using var cache = new KeyValueCache();

        model.forward(ids_SL.narrow(1, 0, 50), MoeContext.None, cache);
        var rest = Enumerable.Range(50, 10)
            .Select(token => model.forward(ids_SL.narrow(1, token, 1), MoeContext.None, cache).Logits).ToArray();

        var oracle = new PlainTransformer(
            config, model.state_dict().ToDictionary(entry => entry.Key, entry => LanguageModelTests.Values(entry.Value)));
        var expected = oracle.Logits([.. ids_SL.data<long>()])[50..].SelectMany(row => row);
        Assert.All(expected.Zip(LanguageModelTests.Values(cat(rest, 1))), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
    }

    [Fact]
    public void One_prefix_serves_several_continuations()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model();
        var (prefix_SL, rest_SL) = (Ids(1, 20), Ids(3, 15));
        using var prefix = new KeyValueCache();
        model.forward(prefix_SL, MoeContext.None, prefix);

        using var cache = prefix.Repeat(3);
        var together = model.forward(rest_SL, MoeContext.None, cache).Logits;
        var again = new List<Tensor>();
        for (var row = 0; row < 3; row++)
        {
            again.Add(model.forward(rest_SL.narrow(0, row, 1), MoeContext.None, prefix).Logits);
            prefix.Truncate(20);
        }

        var full = model.forward(cat([prefix_SL.expand(3, -1), rest_SL], 1)).Logits.narrow(1, 20, 15);
        Near(full, together);
        Near(full, cat(again, 0));
        Assert.Equal((20, 1), (prefix.Length, prefix.Sequences));
        Assert.Equal((35, 3), (cache.Length, cache.Sequences));
    }

    public static TheoryData<MoeVariant> TokenByToken =>
    [
        MoeVariant.Of<ResidualLayer>(), MoeVariant.Of<HashLayer>(), MoeVariant.Of<TernaryLayer>(), MoeVariant.Of<ReluGateLayer>(),
        MoeVariant.Of<GroupedSigmoidLayer>(), MoeVariant.Of<ZeroComputeLayer>(),
    ];

    [Theory]
    [MemberData(nameof(TokenByToken))]
    public void Layers_that_route_tokens_alone_can_read_in_parts(MoeVariant variant)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = LanguageModel.Create(Small, variant, seed: 1);
        model.eval();
        var ids_SL = Ids(2, 30);
        using var cache = new KeyValueCache();

        var first = model.forward(ids_SL.narrow(1, 0, 11), MoeContext.None, cache).Logits;
        var second = model.forward(ids_SL.narrow(1, 11, 19), MoeContext.None, cache).Logits;

        Assert.True(model.RoutesTokensAlone);
        Near(model.forward(ids_SL).Logits, cat([first, second], 1));
    }

    [Fact]
    public void Layers_that_look_at_other_tokens_say_so()
    {
        Assert.All(
            [MoeVariant.Of<ExpertChoiceLayer>(), MoeVariant.Of<SoftSlotsLayer>(), MoeVariant.Of<DroppingLayer>()],
            variant =>
            {
                using var model = LanguageModel.Create(Small, variant);
                Assert.False(model.RoutesTokensAlone);
            });
    }

    [Fact]
    public void Another_number_of_sequences_and_a_text_beyond_the_context_are_refused_and_change_nothing()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model();
        using var cache = new KeyValueCache();
        model.forward(Ids(2, 60), MoeContext.None, cache);

        Assert.Contains("2 sequences", Assert.Throws<ArgumentException>(() => model.forward(Ids(1, 1), MoeContext.None, cache)).Message);
        Assert.Contains(
            "from position 60", Assert.Throws<ArgumentException>(() => model.forward(Ids(2, 31), MoeContext.None, cache)).Message);
        Assert.Equal(60, cache.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Truncate(61));
    }

    [Fact]
    public void It_holds_two_tensors_a_block_and_lets_them_go()
    {
        using var quiet = no_grad();
        using var model = Model();
        using (NewDisposeScope())
        {
            model.forward(Ids(1, 1));
        }

        var before = LiveTensors.Count;
        using (var cache = new KeyValueCache())
        {
            for (var token = 0; token < 70; token++)
            {
                using var scope = NewDisposeScope();
                model.forward(Ids(1, 1), MoeContext.None, cache);
            }

            Assert.Equal(before + (2 * Small.Layers), LiveTensors.Count);
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    private static LanguageModel Model()
    {
        var model = LanguageModel.Create(Small, HandWrittenMoe.Variant(), seed: 1);
        model.eval();
        return model;
    }

    private static Tensor Ids(long sequences, long tokens)
    {
        using var draws = new Generator((ulong)tokens);
        return randint(0, 13, new[] { sequences, tokens }, ScalarType.Int64, generator: draws);
    }

    private static void Near(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(expected.abs().max().item<float>() > 0.1, "logits of nearly 0 would show nothing");
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, 1e-5);
    }
}
