using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<Relu>(8, Hidden = 8), SigmoidGate(TopK = 2, InitStd = 0.5), BiasBalance(0.01)]
internal sealed partial class LossFreeLayer;

[MoeLayer, Experts<Relu>(8, Hidden = 8), SigmoidGate(TopK = 2, InitStd = 0.5)]
internal sealed partial class UnbalancedLayer;

[MoeLayer, Experts<Relu>(8, Hidden = 8), ReluGate(0.75, InitStd = 0.5)]
internal sealed partial class SteeredLayer;

[MoeLayer, Experts<Relu>(4, Hidden = 8), TernaryGate(TopK = 2, Reward = 0), Vary("Reward", 0.0, 1e3, 1e4)]
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
        var inactive = Train(layer, steps: 600, optim.Adam(layer.parameters(), lr: 0.01))
            .ConvertAll(step => 1 - step.Counts.Sum() / (8.0 * step.Tokens));

        Assert.InRange(inactive[0], 0.4, 0.6);
        Assert.InRange(inactive.TakeLast(200).Average(), 0.75 - 0.02, 0.75 + 0.02);
        Assert.All(inactive.TakeLast(200), fraction => Assert.InRange(fraction, 0.75 - 0.06, 0.75 + 0.06));
    }

    [Fact]
    public void A_larger_reward_moves_more_mass_to_tc_moes_null_slots()
    {
        var without = NullMass(RewardedLayer.Create(new MoeShape(Dim)));
        var small = NullMass(RewardedLayer_Reward1000.Create(new MoeShape(Dim)));
        var large = NullMass(RewardedLayer_Reward10000.Create(new MoeShape(Dim)));

        // Null slots start 10 below the others: two of them have a mass near 2/(4·(1 + 1/e))·exp(−10).
        Assert.Equal(0.365 * Math.Exp(-10), without.Before, 0.1 * Math.Exp(-10));
        Assert.Equal((without.Before, without.Before), (small.Before, large.Before));
        Assert.True(small.After > 1.05 * without.After, $"{small.After} with a reward of 1e3, {without.After} without");
        Assert.True(large.After > 10 * small.After, $"{large.After} with a reward of 1e4, {small.After} with 1e3");

        static (double Before, double After) NullMass(MoeLayer layer)
        {
            using var owned = layer;
            var steps = Train(layer, steps: 20, optim.SGD([layer.get_parameter("router.weight")!], learningRate: 0.1));
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
        const long Tokens = 256;
        using var outer = NewDisposeScope();
        using var single = new SingleThread();
        using var adam = optimizer ?? optim.Adam(layer.parameters(), lr: 3e-3);
        using var stream = new SkewedStream(Dim, clusters: 12, seed: 5);
        using var draws = new Generator(6);
        var target = randn([Dim, Dim], generator: draws);
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

    /// <summary>Tensors this small are computed faster by one thread than handed to several.</summary>
    private sealed class SingleThread : IDisposable
    {
        private readonly int _threads = get_num_threads();

        public SingleThread() => set_num_threads(1);

        public void Dispose() => set_num_threads(_threads);
    }

    private sealed record Step(long Tokens, long[] Counts, double AuxiliaryLoss, double NullMass);
}
