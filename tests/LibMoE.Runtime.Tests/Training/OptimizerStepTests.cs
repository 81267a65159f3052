using LibMoE.Runtime.Tests.Models;
using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training;

public class OptimizerStepTests
{
    private static readonly ModelConfig Small = new() { Dim = 8, Layers = 2, Heads = 2, Hidden = 8, Context = 10 };
    private static readonly TrainingConfig Config = new() { Batch = 8, SequenceLength = 10, Clip = 0 };
    private static readonly ByteTokens Tokens = new([.. Enumerable.Range(0, 2000).Select(i => (byte)(i * i))]);

    [Fact]
    public void What_is_differentiated_is_the_task_loss_plus_the_terms_of_all_blocks()
    {
        using var scope = NewDisposeScope();
        var variant = HandWrittenMoe.Variant(balance: 0.5);
        using var model = LanguageModel.Create(Small, variant, seed: 1, dtype: ScalarType.Float64);
        using var expected = LanguageModel.Create(Small, variant, seed: 1, dtype: ScalarType.Float64);
        using var optimizer = Optimizer(model, Config);

        var figures = new OptimizerStep(new SampledText(model, Sampler()), optimizer, Config).Run(step: 3, learningRate: 0);

        var (inputs_SL, targets_SL) = Sampler().Next(8);
        var output = expected.forward(inputs_SL);
        var task = nn.functional.cross_entropy(output.Logits.reshape(-1, 256), targets_SL.reshape(-1));
        var auxiliary = output.Routings[0].AuxiliaryLoss + output.Routings[1].AuxiliaryLoss;
        (task + auxiliary).backward();
        Assert.Equal(task.item<double>(), figures.Loss, 1e-12);
        Assert.Equal(auxiliary.item<double>(), figures.AuxiliaryLoss, 1e-12);
        Assert.InRange(figures.AuxiliaryLoss, 0.9, 2);
        AssertSameGradients(expected, model, 1e-13);
        Assert.All(model.MoeLayers.Cast<HandWrittenMoe>(), layer => Assert.Equal(3, layer.LastContext!.Step));
    }

    [Fact]
    public void Micro_batches_add_up_to_the_whole_batch()
    {
        using var scope = NewDisposeScope();
        var variant = HandWrittenMoe.Variant(balance: 0);
        using var whole = LanguageModel.Create(Small, variant, seed: 1, dtype: ScalarType.Float64);
        using var parts = LanguageModel.Create(Small, variant, seed: 1, dtype: ScalarType.Float64);
        using var one = Optimizer(whole, Config);
        using var four = Optimizer(parts, Config);

        var expected = new OptimizerStep(new SampledText(whole, Sampler()), one, Config).Run(0, 0.01);
        var actual = new OptimizerStep(new SampledText(parts, Sampler()), four, Config with { MicroBatches = 4 }).Run(0, 0.01);

        Assert.Equal(expected.Loss, actual.Loss, 1e-12);
        AssertSameGradients(whole, parts, 1e-13);
        Assert.Equal(expected.Picks, actual.Picks);
        foreach (var layer in parts.MoeLayers.Cast<HandWrittenMoe>().Index())
        {
            var (picks, tokens) = Assert.Single(layer.Item.PicksOfSteps);
            Assert.Equal(expected.Picks[layer.Index], picks);
            Assert.Equal(160, picks.Sum());
            Assert.Equal(80, tokens);
        }
    }

    [Fact]
    public void Gradients_are_clipped_to_their_global_norm()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small, seed: 1);
        using var optimizer = Optimizer(model, Config);

        new OptimizerStep(new SampledText(model, Sampler()), optimizer, Config with { Clip = 0.01 }).Run(0, 0);

        // After the first step the mean of the gradients is (1 − β₁)·g, with g as it was used.
        var means = optimizer.State.Where(entry => entry.Name.StartsWith("mean.", StringComparison.Ordinal)).Select(entry => entry.Value);
        var norm = Math.Sqrt(means.Sum(mean => mean.to(ScalarType.Float64).square().sum().item<double>()));
        Assert.Equal((1 - Config.Beta1) * 0.01, norm, 1e-7);
    }

    [Fact]
    public void A_step_whose_loss_is_no_number_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small, seed: 1);
        using (no_grad())
        {
            model.state_dict()["norm.weight"][0] = float.NaN;
        }

        var before = LanguageModelTests.Values(model.state_dict()["head.weight"]);
        using var optimizer = Optimizer(model, Config);
        var step = new OptimizerStep(new SampledText(model, Sampler()), optimizer, Config);

        var figures = step.Run(17, 0.01);

        Assert.False(figures.IsFinite);
        Assert.Equal(double.NaN, figures.Loss);
        Assert.All(optimizer.State, entry => Assert.Equal(0, entry.Value.abs().sum().item<float>()));
        Assert.Equal(before, LanguageModelTests.Values(model.state_dict()["head.weight"]));
    }

    [Fact]
    public void Live_tensors_stay_constant_from_step_to_step()
    {
        using var model = LanguageModel.Create(Small, HandWrittenMoe.Variant(), seed: 1);
        using var optimizer = Optimizer(model, Config);
        var step = new OptimizerStep(new SampledText(model, Sampler()), optimizer, Config with { MicroBatches = 2 });
        step.Run(0, 0.01);
        step.Run(1, 0.01);
        var before = LiveTensors.Count;

        for (var i = 2; i < 12; i++)
        {
            step.Run(i, 0.01);
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    private static BatchSampler Sampler() => new(Tokens, length: 10, batch: 8, seed: 4);

    private static AdamW Optimizer(LanguageModel model, TrainingConfig config) =>
        new(model.named_parameters().Select(entry => (entry.name, entry.parameter)), config);

    private static void AssertSameGradients(LanguageModel expected, LanguageModel actual, double tolerance)
    {
        foreach (var ((name, wanted), (_, got)) in expected.named_parameters().Zip(actual.named_parameters()))
        {
            var difference = (wanted.grad! - got.grad!).abs().max().item<double>();
            Assert.True(difference <= tolerance, $"{name} differs by {difference}.");
            Assert.True(wanted.grad!.abs().max().item<double>() > 0, $"{name} has no gradient.");
        }
    }
}
