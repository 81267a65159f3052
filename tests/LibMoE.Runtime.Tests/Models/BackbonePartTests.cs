using LibMoE.Runtime.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models;

/// <summary>Every part of a backbone computes what plain float64 loops compute: at once, in parts, in joined texts, and
/// backwards.</summary>
public sealed class BackbonePartTests
{
    private static readonly long[][] Texts = [.. Enumerable.Range(0, 2).Select(text => Enumerable.Range(0, 19)
        .Select(token => (long)((7 * token * token + 3 * token + 5 * text) % 13)).ToArray())];

    public static TheoryData<string> Names => BackboneParts.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Logits_are_those_of_plain_loops(string name)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model(name);

        Near(Expected(model), LanguageModelTests.Values(model.forward(tensor(Texts.SelectMany(ids => ids).ToArray(), [2, 19])).Logits));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_text_read_in_parts_gives_the_same(string name)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model(name);
        using var cache = new KeyValueCache();
        var ids_SL = tensor(Texts.SelectMany(ids => ids).ToArray(), [2, 19]);

        var parts = new[] { (0, 3), (3, 1), (4, 9), (13, 1), (14, 5) }
            .Select(part => model.forward(ids_SL.narrow(1, part.Item1, part.Item2), MoeContext.None, cache).Logits).ToArray();

        Near(Expected(model), LanguageModelTests.Values(cat(parts, 1)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Texts_that_are_joined_give_the_same(string name)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model(name);
        using var first = new KeyValueCache();
        using var second = new KeyValueCache(40);
        var oracle = Oracle(model);

        foreach (var (one, two) in new[] { ((0, 9), (0, 2)), ((9, 1), (2, 11)), ((10, 8), (13, 1)) })
        {
            var logits_NV = model.ReadOn(new JoinedTexts([(first, Ids(0, one)), (second, Ids(1, two))], CPU), MoeContext.None).Logits_NV;

            Near(oracle.Logits(Texts[0][..(one.Item1 + one.Item2)])[^1], LanguageModelTests.Values(logits_NV[0]));
            Near(oracle.Logits(Texts[1][..(two.Item1 + two.Item2)])[^1], LanguageModelTests.Values(logits_NV[1]));
        }

        static IReadOnlyList<int> Ids(int text, (int First, int Count) part) =>
            [.. Texts[text].Skip(part.First).Take(part.Count).Select(id => (int)id)];
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Texts_that_are_drawn_together_are_those_that_each_gets_alone(string name)
    {
        using var model = Model(name);
        List<BatchedText> texts = [.. Enumerable.Range(0, 5).Select(text => new BatchedText(
            [.. Texts[text % 2].Take(2 + (3 * text)).Select(id => (int)id)],
            new GenerationOptions { Temperature = 0.8, Tokens = 9, Seed = text }))];
        using var batch = new ContinuousBatch(model, new BatchLimits { Texts = 3 });
        var drawn = texts.ToDictionary(text => text, _ => new List<int>());
        texts.ForEach(batch.Add);
        while (!batch.IsEmpty)
        {
            foreach (var token in batch.Step().Where(token => token.Id is not null))
            {
                drawn[token.Text].Add(token.Id!.Value);
            }
        }

        Assert.All(texts, text => Assert.Equal(TextGenerator.Tokens(model, text.Prompt, text.Options).ToArray(), drawn[text]));
    }

    /// <summary>Central differences of the oracle at a few numbers of every parameter; the block computed twice gives the same.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_are_those_of_plain_loops(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Model(name);
        model.train();
        var ids_SL = tensor(Texts[0], [1, 19]);
        using var draws = new Generator(3);
        var pull_SLV = randn([1, 19, 13], ScalarType.Float64, generator: draws);
        var pull = LanguageModelTests.Values(pull_SLV);
        (model.forward(ids_SL).Logits * pull_SLV).sum().backward();
        var once = model.named_parameters().ToDictionary(entry => entry.name, entry => LanguageModelTests.Values(entry.parameter.grad!));
        model.zero_grad();
        model.Recompute = true;
        (model.forward(ids_SL).Logits * pull_SLV).sum().backward();

        var state = model.state_dict().ToDictionary(entry => entry.Key, entry => LanguageModelTests.Values(entry.Value));
        foreach (var (parameter, gradient) in once)
        {
            var found = model.named_parameters().Single(entry => entry.name == parameter).parameter;
            Assert.Equal(gradient, LanguageModelTests.Values(found.grad!));
            foreach (var place in new[] { 0, gradient.Length / 2, gradient.Length - 1 }.Distinct())
            {
                var slope = (Pulled(state, parameter, place, 1e-5) - Pulled(state, parameter, place, -1e-5)) / 2e-5;
                Assert.True(
                    Math.Abs(slope - gradient[place]) < 1e-6 * Math.Max(1, Math.Abs(slope)),
                    $"{name}, {parameter}[{place}]: {gradient[place]}, by differences {slope}");
            }
        }

        double Pulled(Dictionary<string, double[]> numbers, string parameter, int place, double change)
        {
            var moved = (double[])numbers[parameter].Clone();
            moved[place] += change;
            var oracle = new PlainTransformer(model.Config, new Dictionary<string, double[]>(numbers) { [parameter] = moved });
            return oracle.Logits(Texts[0]).SelectMany(row => row).Zip(pull, (logit, weight) => logit * weight).Sum();
        }
    }

    /// <summary>The kernels of float32 and the operations of bfloat16 do what float64 does, as closely as they can.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Shorter_types_compute_the_same_as_closely_as_they_can(string name)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var exact = Model(name);
        var ids_SL = tensor(Texts.SelectMany(ids => ids).ToArray(), [2, 19]);
        var expected = LanguageModelTests.Values(exact.forward(ids_SL).Logits);
        foreach (var (type, tolerance) in new[] { (ScalarType.Float32, 2e-6), (ScalarType.BFloat16, 0.03) })
        {
            using var model = LanguageModel.Create(exact.Config, dtype: type);
            foreach (var (key, value) in model.state_dict())
            {
                value.copy_(exact.state_dict()[key]);
            }

            var actual = LanguageModelTests.Values(model.forward(ids_SL).Logits);
            Assert.All(actual, logit => Assert.True(double.IsFinite(logit), $"{name}, {type}: {logit}"));
            var error = Rms(expected.Zip(actual, (left, right) => left - right)) / Rms(expected);
            Assert.True(error < tolerance, $"{name}, {type}: {error} of the logits' root mean square");
        }

        static double Rms(IEnumerable<double> values) => Math.Sqrt(values.Average(value => value * value));
    }

    private static LanguageModel Model(string name)
    {
        var model = LanguageModel.Create(BackboneParts.All[name], seed: 5, dtype: ScalarType.Float64);
        using var quiet = no_grad();
        using var generator = new Generator(17);
        foreach (var parameter in model.parameters())
        {
            // Norm weights of 1 and biases and sinks of 0 would hide that they are not used.
            parameter.add_(randn(parameter.shape, ScalarType.Float64, generator: generator), alpha: 0.3);
        }

        model.eval();
        return model;
    }

    private static PlainTransformer Oracle(LanguageModel model) => new(
        model.Config, model.state_dict().ToDictionary(entry => entry.Key, entry => LanguageModelTests.Values(entry.Value)));

    private static double[] Expected(LanguageModel model)
    {
        var oracle = Oracle(model);
        return [.. Texts.SelectMany(ids => oracle.Logits(ids)).SelectMany(row => row)];
    }

    private static void Near(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.Max(Math.Abs) > 0.1, "logits of nearly 0 would show nothing");
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
    }
}
