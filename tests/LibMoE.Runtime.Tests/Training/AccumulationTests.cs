using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training;

/// <summary>Four micro-batches of B sequences against one batch of 4·B, at equal token counts.</summary>
public class AccumulationTests
{
    private const int MicroBatches = 4;

    private static readonly ModelConfig Model = new() { Dim = 8, Layers = 2, Heads = 2, Hidden = 8, Context = 10 };
    private static readonly TrainingConfig Whole = new() { Batch = 12, SequenceLength = 10, Clip = 0 };
    private static readonly TrainingConfig Parts = Whole with { MicroBatches = MicroBatches };
    private static readonly ByteTokens Tokens = new([.. Enumerable.Range(0, 3000).Select(i => (byte)(i * i))]);

    private static readonly Dictionary<string, MoeVariant> Variants = new MoeVariant[]
    {
        MoeVariant.Of<AccumulatedTask>(), MoeVariant.Of<AccumulatedZLoss>(), MoeVariant.Of<AccumulatedSequences>(),
        MoeVariant.Of<AccumulatedTop1>(), MoeVariant.Of<AccumulatedEntropy>(), MoeVariant.Of<AccumulatedDiversity>(),
        MoeVariant.Of<BatchWideSwitch>(), MoeVariant.Of<BatchWideImportance>(), MoeVariant.Of<BatchWideLoad>(),
        MoeVariant.Of<BatchWideEntropy>(), MoeVariant.Of<AccumulatedBias>(),
    }.ToDictionary(variant => variant.Name);

    [Theory]
    [InlineData(nameof(AccumulatedTask), 0)]
    [InlineData(nameof(AccumulatedZLoss), 1)]
    [InlineData(nameof(AccumulatedSequences), 1)]
    [InlineData(nameof(AccumulatedTop1), 1)]
    [InlineData(nameof(AccumulatedEntropy), 2)]
    [InlineData(nameof(AccumulatedDiversity), 1)]
    [InlineData(nameof(AccumulatedBias), 0)]
    public void Means_over_tokens_and_sequences_are_those_of_the_whole_batch(string name, int terms)
    {
        using var scope = NewDisposeScope();
        using var whole = Create(name);
        using var parts = Create(name);

        var expected = Run(whole, Whole);
        var actual = Run(parts, Parts);

        Assert.Equal(expected.Loss, actual.Loss, 1e-6);
        Assert.Equal(expected.AuxiliaryLoss, actual.AuxiliaryLoss, 1e-6);
        foreach (var (one, other) in expected.Losses.Zip(actual.Losses))
        {
            Assert.Equal(terms, one.Count);
            Assert.All(one, term => Assert.Equal(term.Value, other[term.Key], 1e-6));
        }

        foreach (var ((parameter, wanted), (_, got)) in whole.named_parameters().Zip(parts.named_parameters()))
        {
            var difference = (wanted.grad! - got.grad!).abs().max().item<double>();
            Assert.True(difference <= 1e-6 * Math.Max(1, wanted.grad!.abs().max().item<double>()), $"{parameter} differs by {difference}");
        }
    }

    [Theory]
    [InlineData(nameof(BatchWideSwitch))]
    [InlineData(nameof(BatchWideImportance))]
    [InlineData(nameof(BatchWideLoad))]
    [InlineData(nameof(BatchWideEntropy))]
    public void Terms_of_a_whole_batch_are_the_means_of_the_micro_batches(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Create(name);
        using var whole = Create(name);
        using var separate = Create(name);
        separate.train();

        var actual = Run(model, Parts);

        var sampler = Sampler();
        var expected = Enumerable.Range(0, MicroBatches).Select(part =>
        {
            // Noise is drawn for a micro-batch, whatever was computed before it.
            manual_seed(BatchParts.NoiseSeed(Parts.Seed, step: 0, part));
            var output = separate.forward(sampler.Next(Whole.Batch / MicroBatches).Inputs_SL);
            return output.Routings.Sum(routing => routing.AuxiliaryLoss.item<double>());
        }).ToList();
        Assert.Equal(expected.Average(), actual.AuxiliaryLoss, 1e-9);
        Assert.NotEqual(Run(whole, Whole).AuxiliaryLoss, actual.AuxiliaryLoss, 1e-6);
    }

    [Fact]
    public void The_balancing_bias_moves_once_by_the_counts_of_all_micro_batches()
    {
        using var scope = NewDisposeScope();
        using var whole = Create(nameof(AccumulatedBias));
        using var parts = Create(nameof(AccumulatedBias));

        var expected = Run(whole, Whole);
        var actual = Run(parts, Parts);

        Assert.Equal(expected.Picks, actual.Picks);
        foreach (var block in Enumerable.Range(0, Model.Layers))
        {
            var (counts, bias) = (actual.Picks[block]!, Bias(parts, block));
            Assert.Equal(counts.Select(count => 0.125 * Math.Sign(counts.Average() - count)), bias);
            Assert.Equal(Bias(whole, block), bias);
        }
    }

    private static double[] Bias(LanguageModel model, int block) =>
        [.. model.state_dict()[$"blocks.{block}.ffn.router.score_bias"].to(ScalarType.Float64).data<double>()];

    private static LanguageModel Create(string name) => LanguageModel.Create(Model, Variants[name], seed: 1, dtype: ScalarType.Float64);

    private static StepFigures Run(LanguageModel model, TrainingConfig config)
    {
        using var optimizer = new AdamW(model.named_parameters().Select(entry => (entry.name, entry.parameter)), config);
        model.train();
        manual_seed(1);
        return new OptimizerStep(new SampledText(model, Sampler()), optimizer, config).Run(0, 0.01);
    }

    private static BatchSampler Sampler() => new(Tokens, length: 10, batch: 12, seed: 4);
}
