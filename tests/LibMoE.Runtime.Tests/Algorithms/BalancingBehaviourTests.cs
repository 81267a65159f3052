using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<Relu>(8, Hidden = 8), SigmoidGate(TopK = 2, InitStd = 0.5), BiasBalance(0.01)]
internal sealed partial class LossFreeLayer;

[MoeLayer, Experts<Relu>(8, Hidden = 8), SigmoidGate(TopK = 2, InitStd = 0.5)]
internal sealed partial class UnbalancedLayer;

[MoeLayer, Experts<Relu>(8, Hidden = 8), ReluGate(0.75, InitStd = 0.5)]
internal sealed partial class SteeredLayer;

[MoeLayer, Experts<Relu>(4, Hidden = 8), TernaryGate(TopK = 2, Reward = 0), Vary("Reward", 0.0, 100.0, 1000.0)]
internal sealed partial class RewardedLayer;

[MoeLayer, Experts<Relu>(8, Hidden = 8), ExpertChoiceGate(2, InitStd = 0.5)]
internal sealed partial class ChoosingLayer;

/// <summary>What each balancing method does to the load, in numbers, while a small layer learns a linear map of skewed tokens.</summary>
public class BalancingBehaviourTests
{
    private const long Dim = 16;

    [Fact]
    public void Loss_free_balancing_brings_the_load_violation_of_skewed_tokens_below_a_fifth_without_a_loss()
    {
        using var balanced = LossFreeLayer.Create(new MoeShape(Dim));
        using var unbalanced = UnbalancedLayer.Create(new MoeShape(Dim));

        Assert.True(Violation(Train(unbalanced, steps: 150)) > 1);
        Assert.True(Violation(Train(balanced, steps: 150)) < 0.2);

        // max_e n_e / mean n − 1 over the last ten steps together.
        static double Violation(List<Step> steps)
        {
            Assert.All(steps, step => Assert.Equal(0, step.AuxiliaryLoss));
            var counts = Enumerable.Range(0, 8).Select(e => steps.TakeLast(10).Sum(step => (double)step.Counts[e])).ToList();
            return counts.Max() / counts.Average() - 1;
        }
    }

    [Fact]
    public void Remoe_reaches_its_target_sparsity_and_stays_there()
    {
        using var layer = SteeredLayer.Create(new MoeShape(Dim));
        var steps = Train(layer, steps: 300);

        var inactive = steps.TakeLast(100).Select(step => 1 - step.Counts.Sum() / (double)(step.Tokens * 8)).ToList();
        Assert.InRange(steps[0].Counts.Sum() / (double)(steps[0].Tokens * 8), 0.4, 0.6);
        Assert.InRange(inactive.Average(), 0.73, 0.77);
        Assert.InRange(inactive.Min(), 0.65, 0.75);
        Assert.InRange(inactive.Max(), 0.75, 0.85);
    }

    [Fact]
    public void A_larger_reward_moves_more_mass_to_tc_moes_null_slots()
    {
        var masses = new MoeLayer[]
        {
            RewardedLayer.Create(new MoeShape(Dim)), RewardedLayer_Reward100.Create(new MoeShape(Dim)), RewardedLayer_Reward1000.Create(new MoeShape(Dim)),
        }.Select(NullMass).ToList();

        // Null slots start 10 below the others, at a mass near 2/(4·(1 + 1/e))·exp(−10).
        Assert.All(masses, mass => Assert.InRange(mass.Before, 1e-5, 3e-5));
        Assert.InRange(masses[0].After / masses[0].Before, 0.5, 2);
        Assert.True(masses[1].After > 1.2 * masses[0].After, $"{masses[1].After} after a reward of 100, {masses[0].After} without");
        Assert.True(masses[2].After > 10 * masses[1].After, $"{masses[2].After} after a reward of 1000, {masses[1].After} after 100");

        static (double Before, double After) NullMass(MoeLayer layer)
        {
            using var owned = layer;
            var steps = Train(layer, steps: 20, optimizer: optim.SGD(layer.parameters(), learningRate: 0.3));
            return (steps[0].NullMass, steps[^1].NullMass);
        }
    }

    [Fact]
    public void Expert_choice_has_no_load_violation_whatever_the_tokens()
    {
        using var layer = ChoosingLayer.Create(new MoeShape(Dim));
        foreach (var step in Train(layer, steps: 5))
        {
            Assert.All(step.Counts, count => Assert.Equal(2 * step.Tokens / 8, count));
        }
    }

    private static List<Step> Train(MoeLayer layer, int steps, optim.Optimizer? optimizer = null)
    {
        const long Tokens = 1024;
        using var outer = NewDisposeScope();
        using var adam = optimizer ?? optim.Adam(layer.parameters(), lr: 3e-3);
        using var stream = new SkewedStream(Dim, clusters: 12, seed: 5);
        var target = randn([Dim, Dim], generator: new Generator(6));
        var taken = new List<Step>();
        for (var i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            var x_TD = stream.Next(Tokens);
            var output = layer.forward(x_TD);
            var routing = output.Routing;
            adam.zero_grad();
            ((output.Hidden - x_TD.matmul(target)).pow(2).mean() + routing.AuxiliaryLoss).backward();
            adam.step();
            layer.AfterOptimizerStep(routing.TokensPerExpert!, Tokens);
            taken.Add(new Step(
                Tokens,
                routing.TokensPerExpert!.data<long>().ToArray(),
                routing.AuxiliaryLoss.item<float>(),
                routing.Kind == RoutingKind.Ternary ? routing.Scores!.narrow(1, 8, 2).sum(1).mean().item<float>() : 0));
        }

        return taken;
    }

    private sealed record Step(long Tokens, long[] Counts, double AuxiliaryLoss, double NullMass);
}
