using LibMoE.Runtime.Tests.Layers;
using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training;

/// <summary>A backward pass says block by block which gradients are complete.</summary>
public sealed class BackwardTapsTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void When_a_block_is_reached_its_gradients_and_those_of_all_later_ones_are_final(bool recompute, bool tied)
    {
        using var scope = NewDisposeScope();
        var config = new ModelConfig { Dim = 16, Layers = 3, Heads = 2, Hidden = 12, Context = 16, TieEmbeddings = tied };
        using var model = LanguageModel.Create(config, MoeVariant.Of<SoftmaxRelu>(), seed: 4);
        model.Recompute = recompute;
        var stages = new BackwardStages(model);
        var reached = new List<(int Block, Dictionary<string, Tensor> Gradients)>();
        using var taps = new BackwardTaps(model, block => reached.Add((block, Complete(stages.OfBlock(block)))));
        taps.Watch(isOn: true);

        var output = model.forward(TensorMath.Range(32, ScalarType.Int64, CPU).reshape(2, 16), new MoeContext());
        var loss = output.Logits.Squared().mean();
        output.Routings.Aggregate(loss, (sum, routing) => sum.Plus(routing.AuxiliaryLoss)).backward();

        Assert.Equal([2, 1, 0], reached.Select(tap => tap.Block));
        var names = model.named_parameters().Select(entry => entry.name).ToList();
        Assert.Equal(names.Count(name => stages.Of(name) < stages.Last), reached[^1].Gradients.Count);
        Assert.Contains("embedding.weight", names.Where(name => stages.Of(name) == stages.Last));
        foreach (var (name, parameter) in model.named_parameters())
        {
            Assert.All(
                reached.Where(tap => tap.Gradients.ContainsKey(name)),
                tap => Assert.True(tap.Gradients[name].equal(parameter.grad!).all().item<bool>(), $"{name} at block {tap.Block}"));
        }

        Dictionary<string, Tensor> Complete(int stage) => model.named_parameters().Where(entry => stages.Of(entry.name) <= stage)
            .ToDictionary(entry => entry.name, entry => entry.parameter.grad!.clone().DetachFromDisposeScope());
    }

    [Fact]
    public void Unwatched_passes_are_as_without_taps()
    {
        using var model = LanguageModel.Create(new ModelConfig { Dim = 16, Heads = 2, Hidden = 12, Context = 16 }, seed: 4);
        using var taps = new BackwardTaps(model, _ => Assert.Fail("nothing is watched"));
        taps.Watch(isOn: false);

        model.forward(zeros([1, 8], ScalarType.Int64)).Logits.sum().backward();
    }
}
