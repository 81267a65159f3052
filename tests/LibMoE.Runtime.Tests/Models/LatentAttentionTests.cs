using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models;

/// <summary>Multi-head latent attention computes the paper's equations, has their gradients, and reads on from latents alone.</summary>
public sealed class LatentAttentionTests
{
    private static readonly LatentAttention Widths = new() { KeyValueRank = 7, PlainChannels = 5, RotaryChannels = 4, ValueChannels = 3 };

    private static readonly ModelConfig Small = new()
    {
        Vocabulary = 13,
        Dim = 12,
        Layers = 2,
        Heads = 3,
        Hidden = 10,
        Context = 40,
        MatrixStd = 0.4,
        EmbeddingStd = 1,
        HeadStd = 0.3,
        RotaryBase = 100,
        LatentAttention = Widths,
    };

    public static TheoryData<string, ModelConfig> Backbones => new()
    {
        { "DeepSeek-V2-Lite", Small with { RotaryLayout = RotaryLayout.Interleaved } },
        { "DeepSeek-V3", Small with { RotaryLayout = RotaryLayout.Interleaved, LatentAttention = Widths with { QueryRank = 6 } } },
        { "half a head apart", Small with { LatentAttention = Widths with { QueryRank = 11 }, TieEmbeddings = true } },
        { "an ε of its own", Small with { LatentAttention = Widths with { QueryRank = 6, NormEpsilon = 0.5 } } },
        { "values wider than keys", Small with { Dim = 7, LatentAttention = Widths with { PlainChannels = 1, ValueChannels = 8 } } },
        { "a latent wider than all heads", Small with { LatentAttention = Widths with { KeyValueRank = 40 } } },
        { "scaled frequencies", Small with { RotaryScaling = new() { Kind = RotaryScalingKind.Linear, Factor = 3 } } },
        { "YaRN with a scale of its own", Small with
        {
            RotaryScaling = new() { Kind = RotaryScalingKind.Yarn, Factor = 4, FirstContext = 10, AttentionFactor = 1 },
            AttentionScale = RotaryScaling.YarnMagnitude(4) * RotaryScaling.YarnMagnitude(4) / 3,
        } },
    };

    [Theory]
    [MemberData(nameof(Backbones))]
    public void A_model_computes_what_plain_loops_compute(string name, ModelConfig config)
    {
        using var scope = NewDisposeScope();
        using var model = Model(config);
        long[] ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 12, 0];

        var logits_SLV = model.forward(tensor(ids, [1, ids.Length])).Logits;

        var expected = Oracle(model).Logits(ids).SelectMany(row => row).ToArray();
        Assert.True(expected.Max(Math.Abs) > 0.1, $"{name}: logits of nearly 0 would show nothing.");
        Assert.All(expected.Zip(LanguageModelTests.Values(logits_SLV)), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
    }

    [Theory]
    [MemberData(nameof(Backbones))]
    public void Its_gradients_are_the_slopes_of_plain_loops(string name, ModelConfig config)
    {
        const double Step = 1e-5;
        using var scope = NewDisposeScope();
        using var model = Model(config);
        long[] ids = [3, 1, 4, 1, 5];
        using var generator = new Generator(3);
        var weights_LV = randn(ids.Length, config.Vocabulary, dtype: ScalarType.Float64, generator: generator);
        (model.forward(tensor(ids, [1, ids.Length])).Logits[0] * weights_LV).sum().backward();
        var (weights, state) = (LanguageModelTests.Values(weights_LV), State(model));

        foreach (var (parameter, tensor) in model.named_parameters()
            .Where(entry => entry.name.Contains(".attention.", StringComparison.Ordinal)))
        {
            var gradient = LanguageModelTests.Values(tensor.grad!);
            Assert.Contains(gradient, value => Math.Abs(value) > 1e-3);
            foreach (var at in new[] { 0, gradient.Length / 2, gradient.Length - 1 })
            {
                var slope = (Weighted(parameter, at, Step) - Weighted(parameter, at, -Step)) / (2 * Step);
                Assert.True(Math.Abs(slope - gradient[at]) < 1e-6 * (1 + Math.Abs(slope)), $"{name}: {parameter}[{at}]");
            }
        }

        double Weighted(string parameter, int at, double change)
        {
            var moved = state.ToDictionary(entry => entry.Key, entry => entry.Value);
            moved[parameter] = [.. moved[parameter]];
            moved[parameter][at] += change;
            return new PlainTransformer(config, moved).Logits(ids).SelectMany(row => row).Zip(weights, (a, b) => a * b).Sum();
        }
    }

    [Theory]
    [MemberData(nameof(Backbones))]
    public void A_text_read_in_parts_gives_what_it_gives_at_once(string name, ModelConfig config)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model(config);
        using var generator = new Generator(8);
        var ids_SL = randint(0, 13, [2, 40], dtype: ScalarType.Int64, generator: generator);
        var whole = LanguageModelTests.Values(model.forward(ids_SL).Logits);
        foreach (var parts in new int[][] { [40], [1, 1, 1, 37], [7, 18, 15], [39, 1], [.. Enumerable.Repeat(1, 40)], [20, 20] })
        {
            using var cache = new KeyValueCache();
            var pieces = parts.Select(
                part => model.forward(ids_SL.narrow(1, cache.Length, part), MoeContext.None, cache).Logits).ToList();

            Assert.All(whole.Zip(LanguageModelTests.Values(cat(pieces, 1))), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
            Assert.True(cache.NumbersPerToken == 2 * (config.LatentAttention!.KeyValueRank + config.LatentAttention.RotaryChannels), name);
        }
    }

    [Fact]
    public void The_bytes_of_a_token_are_those_of_its_latents()
    {
        using var model = LanguageModel.Create(Small);
        using var grouped = LanguageModel.Create(Small with { LatentAttention = null, KeyValueHeads = 1 });

        Assert.Equal(4 * 2 * (7 + 4), BatchLimits.BytesPerToken(model));
        Assert.Equal(4 * 2 * 2 * 4, BatchLimits.BytesPerToken(grouped));
    }

    [Fact]
    public void A_truncated_or_repeated_cache_reads_on_as_its_text_does()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model(Small);
        var ids_SL = tensor(new long[] { 3, 1, 4, 1, 5, 9, 2, 6 }, [1, 8]);
        using var cache = new KeyValueCache();
        model.forward(ids_SL, MoeContext.None, cache);
        cache.Truncate(6);
        using var twice = cache.Repeat(2);

        var rest = model.forward(ids_SL.narrow(1, 6, 2).expand(2, -1), MoeContext.None, twice).Logits;

        var expected = LanguageModelTests.Values(model.forward(ids_SL).Logits.narrow(1, 6, 2).expand(2, -1, -1));
        Assert.All(expected.Zip(LanguageModelTests.Values(rest)), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
    }

    [Fact]
    public void Bfloat16_stays_near_float32()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var exact = LanguageModel.Create(Small, seed: 5);
        using var half = LanguageModel.Create(Small, seed: 5, dtype: ScalarType.BFloat16);
        var ids_SL = tensor(new long[] { 3, 1, 4, 1, 5, 9, 2, 6 }, [1, 8]);
        using var cache = new KeyValueCache();
        half.forward(ids_SL.narrow(1, 0, 7), MoeContext.None, cache);

        var logits_V = half.forward(ids_SL.narrow(1, 7, 1), MoeContext.None, cache).Logits[0, 0];

        var expected_V = exact.forward(ids_SL).Logits[0, 7];
        Assert.Equal(ScalarType.BFloat16, logits_V.dtype);
        Assert.True((logits_V.to(ScalarType.Float32) - expected_V).abs().max().item<float>() < 0.05 * expected_V.abs().max().item<float>());
    }

    [Fact]
    public void Recomputed_blocks_have_the_same_gradients()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small, HandWrittenMoe.Variant(), seed: 5);
        var ids_SL = tensor(new long[] { 3, 1, 4, 1, 5, 9, 2, 6 }, [1, 8]);

        var plain = Gradients(recompute: false);

        Assert.Equal(plain, Gradients(recompute: true));

        double[] Gradients(bool recompute)
        {
            model.zero_grad();
            model.Recompute = recompute;
            model.forward(ids_SL).Logits.sum().backward();
            return [.. model.parameters().Where(parameter => parameter.grad is not null)
                .SelectMany(parameter => LanguageModelTests.Values(parameter.grad!))];
        }
    }

    [Theory]
    [InlineData(61, 7168, 128, 1536, 18432, 2048, 129280, 3, 671_026_404_352, 37_552_282_624)]
    [InlineData(27, 2048, 16, 0, 10944, 1408, 102400, 1, 15_706_484_224, 2_661_150_208)]
    public void The_published_models_have_their_published_numbers_of_parameters(
        int layers, int dim, int heads, int queryRank, int dense, int expert, int vocabulary, int first, long total, long active)
    {
        var config = new ModelConfig
        {
            Layers = layers,
            Dim = dim,
            Heads = heads,
            Hidden = dense,
            Vocabulary = vocabulary,
            MoeBlocks = [.. Enumerable.Range(first, layers - first)],
            LatentAttention = new() { QueryRank = queryRank == 0 ? null : queryRank },
        };
        var declaration = queryRank == 0 ? MoeVariant.Of<V2LiteLayer>().Declaration : MoeVariant.Of<V3Layer>().Declaration;

        Assert.Equal(expert, declaration.Experts[0].Hidden);
        Assert.Equal(total, ModelCost.TotalParameters(config, declaration));
        Assert.Equal(active, ModelCost.ActiveParameters(config, declaration));
    }

    [Fact]
    public void Operations_are_those_of_the_matrices_and_of_keys_and_values_of_their_own_widths()
    {
        var widths = Widths with { QueryRank = 6 };
        var config = Small with { Layers = 1, LatentAttention = widths };
        var matrices = (6 * 12) + (3 * 9 * 6) + ((7 + 4) * 12) + (3 * 8 * 7) + (12 * 3 * 3) + (3 * 12 * 10) + (13 * 12);

        Assert.Equal((2 * matrices) + (3 * (9 + 3) * 41), ModelCost.FlopsPerToken(config, null));
    }

    internal static LanguageModel Model(ModelConfig config)
    {
        var model = LanguageModel.Create(config, seed: 5, dtype: ScalarType.Float64);
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(17);
        foreach (var parameter in model.parameters())
        {
            parameter.add_(randn(parameter.shape, ScalarType.Float64, generator: generator), alpha: 0.3);
        }

        return model;
    }

    private static PlainTransformer Oracle(LanguageModel model) => new(model.Config, State(model));

    private static Dictionary<string, double[]> State(LanguageModel model) =>
        model.state_dict().ToDictionary(entry => entry.Key, entry => LanguageModelTests.Values(entry.Value));
}

/// <summary>DeepSeek-V3's mixture.</summary>
[MoeLayer, Experts<SwiGlu>(256, Hidden = 2048), SharedExperts<SwiGlu>(1, Hidden = 2048), BiasBalance(0.001)]
[SigmoidGate(TopK = 8, Groups = 8, TopGroups = 4, Scale = 2.5)]
public sealed partial class V3Layer;

/// <summary>DeepSeek-V2-Lite's mixture.</summary>
[MoeLayer, Experts<SwiGlu>(64, Hidden = 1408), SharedExperts<SwiGlu>(2, Hidden = 1408), SoftmaxGate(TopK = 6, Normalize = false)]
public sealed partial class V2LiteLayer;
