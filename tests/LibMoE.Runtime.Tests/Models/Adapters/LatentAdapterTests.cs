using LibMoE.Runtime.Models.Adapters;
using LibMoE.Runtime.Tests.Layers;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.Adapters;

/// <summary>Latent attention's projections get adapters as others do: plain float64 loops over W + (α/r)·B·A compute what the adapted model
/// does, backwards too.</summary>
public sealed class LatentAdapterTests
{
    private static readonly LatentAttention Widths = new() { KeyValueRank = 7, PlainChannels = 5, RotaryChannels = 4, ValueChannels = 3 };

    private static readonly ModelConfig Small = new()
    {
        Vocabulary = 13,
        Dim = 12,
        Layers = 2,
        Heads = 3,
        Hidden = 10,
        Context = 20,
        MatrixStd = 0.4,
        EmbeddingStd = 1,
        HeadStd = 0.3,
        LatentAttention = Widths,
    };

    private static readonly AdapterOptions Options = new() { Rank = 3, Alpha = 6, Seed = 5 };

    private static readonly long[] Ids = [3, 1, 4, 1, 5, 9, 2, 6];

    public static TheoryData<string, ModelConfig> Backbones => new()
    {
        { "queries of their own", Small with { RotaryLayout = RotaryLayout.Interleaved } },
        { "a latent of queries", Small with { LatentAttention = Widths with { QueryRank = 6 } } },
    };

    [Fact]
    public void Every_projection_gets_one()
    {
        using var plain = LanguageModel.Create(Small);
        using var latent = LanguageModel.Create(Small with { LatentAttention = Widths with { QueryRank = 6 } });

        Assert.Equal(["latent_down", "latent_up", "output", "query"], Names(plain));
        Assert.Equal(["latent_down", "latent_up", "output", "query_down", "query_up"], Names(latent));

        static IEnumerable<string> Names(LanguageModel model) =>
            AdaptedMatrix.Of(model, Options with { Experts = false }).Select(matrix => matrix.Name.Split('.')[3]).Distinct().Order();
    }

    [Theory]
    [MemberData(nameof(Backbones))]
    public void An_adapted_model_computes_what_plain_loops_make_of_the_merged_matrices(string name, ModelConfig config)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = LanguageModel.Create(config, seed: 4, dtype: ScalarType.Float64);
        var before = State(model);
        using var adapters = new AdapterSet(model, Options);
        AdapterSetTests.Shake(adapters);

        adapters.Apply();

        var ids_SL = tensor(Ids, [1, Ids.Length]);
        var adapted = LanguageModelTests.Values(model.forward(ids_SL).Logits);
        var expected = new PlainTransformer(config, Merged(model, before, adapters)).Logits(Ids).SelectMany(row => row).ToArray();
        Assert.All(expected.Zip(adapted), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
        var without = new PlainTransformer(config, before).Logits(Ids).SelectMany(row => row);
        Assert.True(without.Zip(adapted, (left, right) => Math.Abs(left - right)).Max() > 0.01, name);

        // Read on from latents, the adapted model is the same.
        using var cache = new KeyValueCache();
        var parts = new[] { 3, 1, 4 }.Select(
            part => model.forward(ids_SL.narrow(1, cache.Length, part), MoeContext.None, cache).Logits).ToArray();
        Assert.All(expected.Zip(LanguageModelTests.Values(cat(parts, 1))), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
    }

    [Theory]
    [MemberData(nameof(Backbones))]
    public void Gradients_are_the_slopes_of_plain_loops(string name, ModelConfig config)
    {
        const double Step = 1e-5;
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(config, seed: 4, dtype: ScalarType.Float64);
        var before = State(model);
        using var adapters = new AdapterSet(model, Options);
        AdapterSetTests.Shake(adapters);
        using var generator = new Generator(3);
        var pull_LV = randn(Ids.Length, config.Vocabulary, dtype: ScalarType.Float64, generator: generator);
        var pull = LanguageModelTests.Values(pull_LV);

        adapters.Apply();
        (model.forward(tensor(Ids, [1, Ids.Length])).Logits[0] * pull_LV).sum().backward();

        foreach (var (parameter, number) in adapters.named_parameters().Where(entry => entry.name.Contains("attention", StringComparison.Ordinal)))
        {
            var gradient = LanguageModelTests.Values(((Tensor)number).grad!);
            var at = gradient.Length / 2;
            var slope = (Pulled(number, at, Step) - Pulled(number, at, -Step)) / (2 * Step);
            Assert.True(Math.Abs(slope - gradient[at]) < 1e-6 * (1 + Math.Abs(slope)), $"{name}: {parameter}[{at}]");
        }

        double Pulled(Tensor parameter, int at, double change)
        {
            using var quiet = no_grad();
            var place = parameter.view(-1).narrow(0, at, 1);
            place.add_(change);
            var logits = new PlainTransformer(config, Merged(model, before, adapters)).Logits(Ids).SelectMany(row => row);
            place.sub_(change);
            return logits.Zip(pull, (logit, weight) => logit * weight).Sum();
        }
    }

    [Fact]
    public void Beside_a_mixture_the_merged_model_is_the_adapted_one()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxSwiGluShared>(), seed: 4);
        using var adapters = new AdapterSet(model, Options);
        AdapterSetTests.Shake(adapters);
        adapters.Apply();
        using var merged = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxSwiGluShared>(), seed: 9);
        merged.load_state_dict(model.state_dict());
        var ids_SL = tensor(Ids, [1, Ids.Length]);

        Assert.Equal(LanguageModelTests.Values(model.forward(ids_SL).Logits), LanguageModelTests.Values(merged.forward(ids_SL).Logits));
    }

    private static Dictionary<string, double[]> State(LanguageModel model) =>
        model.state_dict().ToDictionary(entry => entry.Key, entry => LanguageModelTests.Values(entry.Value));

    /// <summary>The model's own numbers, and W + (α/r)·B·A in plain loops where a matrix has adapters.</summary>
    private static Dictionary<string, double[]> Merged(LanguageModel model, Dictionary<string, double[]> before, AdapterSet adapters)
    {
        var (values, shapes) = (adapters.state_dict(), model.state_dict());
        return before.ToDictionary(entry => entry.Key, entry =>
        {
            var module = entry.Key.Replace(".weight", "", StringComparison.Ordinal);
            if (!values.TryGetValue($"{module}.lora_A.weight", out var a))
            {
                return entry.Value;
            }

            var inputsFirst = !entry.Key.EndsWith(".weight", StringComparison.Ordinal);
            var weight = tensor(entry.Value, shapes[entry.Key].shape);
            return AdapterSetTests.Plain(weight, a, values[$"{module}.lora_B.weight"], Options.Alpha / Options.Rank, inputsFirst);
        });
    }
}
