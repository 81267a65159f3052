using LibMoE.Runtime.Tests.Layers;
using LibMoE.Runtime.Training;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<Tanh>(3, Hidden = 4), SoftmaxGate(TopK = 1, Normalize = false)]
internal sealed partial class OwnIdleLayer;

[MoeLayer, Experts<Tanh>(3, Hidden = 4), SoftmaxGate(TopK = 2), DiversityLoss(0.1)]
internal sealed partial class OwnIdlePerPickLayer;

[MoeLayer, Experts<Relu>(3, Hidden = 4), SoftmaxGate(TopK = 1, Normalize = false)]
internal sealed partial class BuiltInIdleLayer;

/// <summary>An expert that no token picked has gradients of 0, whoever wrote its kind: an optimiser decays both alike.</summary>
public class IdleExpertTests
{
    [Fact]
    public void Experts_of_ones_own_kind_that_nothing_picked_have_gradients_of_zero()
    {
        using var scope = NewDisposeScope();
        foreach (var layer in new MoeLayer[]
        {
            OwnIdleLayer.Create(new MoeShape(4)), OwnIdlePerPickLayer.Create(new MoeShape(4)), BuiltInIdleLayer.Create(new MoeShape(4))
        })
        {
            using (layer)
            {
                var output = Run(layer, tokens: 1);

                Assert.True(output.Routing.TokensPerExpert!.eq(0).any().item<bool>());
                Assert.All(Experts(layer), entry => Assert.True(
                    entry.Parameter.grad is not null, $"{layer.Declaration.Name}: {entry.Name} has no gradient."));
            }
        }
    }

    [Fact]
    public void A_step_of_the_optimiser_decays_an_idle_expert_of_ones_own_as_it_does_a_built_in_one()
    {
        var config = new TrainingConfig { WeightDecay = 0.5 };
        double Kept(MoeLayer layer, Func<Parameter, int, Tensor> up)
        {
            using var scope = NewDisposeScope();
            using var optimizer = new AdamW(layer.named_parameters().Select(entry => (entry.name, entry.parameter)), config);
            var idle = (int)Run(layer, tokens: 1).Routing.TokensPerExpert!.eq(0).nonzero()[0, 0].item<long>();
            var parameter = Experts(layer).First(entry => entry.Name.Contains("up", StringComparison.Ordinal)
                && (!entry.Name.Any(char.IsDigit) || entry.Name.Contains($".{idle}.", StringComparison.Ordinal))).Parameter;
            using var before = up(parameter, idle).detach().clone();
            optimizer.Step(0.1);
            return (up(parameter, idle) / before).mean().item<float>();
        }

        using var own = OwnIdleLayer.Create(new MoeShape(4));
        using var builtIn = BuiltInIdleLayer.Create(new MoeShape(4));

        Assert.Equal(0.95, Kept(own, (parameter, _) => parameter), 1e-5);
        Assert.Equal(0.95, Kept(builtIn, (parameter, expert) => parameter[expert]), 1e-5);
    }

    [Fact]
    public void Frozen_parameters_and_calls_without_gradients_are_left_alone()
    {
        using var scope = NewDisposeScope();
        using var layer = OwnIdleLayer.Create(new MoeShape(4));
        foreach (var (_, parameter) in Experts(layer))
        {
            parameter.requires_grad = false;
        }

        Run(layer, tokens: 1);
        Assert.All(Experts(layer), entry => Assert.Null(entry.Parameter.grad));
        using var quiet = no_grad();
        Assert.False(layer.forward(randn(1, 4)).Hidden.requires_grad);
    }

    private static MoeOutput Run(MoeLayer layer, int tokens)
    {
        using var draws = new Generator(2);
        var output = layer.forward(randn([tokens, 4], generator: draws));
        (output.Hidden.square().sum() + output.Routing.AuxiliaryLoss).backward();
        return output;
    }

    private static List<(string Name, Parameter Parameter)> Experts(MoeLayer layer) =>
        [.. layer.named_parameters()
            .Where(entry => entry.name.StartsWith("experts", StringComparison.Ordinal)).Select(entry => (entry.name, entry.parameter))];
}
