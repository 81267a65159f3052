using LibMoE.Runtime.Tests.Golden;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Analysis.Metrics;

/// <summary>The metrics of the closed-form layer, computed once from the formulas by an independent script and printed
/// to six decimals.</summary>
public class GoldenMetricsTests
{
    private const double HalfADigit = 5.1e-7;

    [Fact]
    public void Softmax_routing_has_the_printed_margins_and_entropies()
    {
        using var scope = NewDisposeScope();
        var routing = PrintedCase.Run(new SoftmaxGateAttribute(), PrintedCase.State(4)).Routing;
        var picks = PickTable.Of(routing, experts: 4)!;

        Assert.Equal(0.183353, RouterMargin.OnWeights(picks)!.Value, HalfADigit);
        Assert.Equal(
            0.135632, routing.Scores!.data<double>().ToArray().Chunk(4).Average(scores => RouterMargin.OfScores(scores)), HalfADigit);
        Assert.Equal(0.671351, WeightEntropy.Nats(picks)!.Value, HalfADigit);
        Assert.Equal(0.968555, WeightEntropy.Normalized(picks)!.Value, HalfADigit);
        Assert.Equal(0.702820, AllocationEntropy.Of(picks.Counts()), HalfADigit);
    }

    [Fact]
    public void Softmax_and_x_moe_routing_differ_by_the_printed_shares()
    {
        using var scope = NewDisposeScope();
        var softmax = PickTable.Of(PrintedCase.Run(new SoftmaxGateAttribute(), PrintedCase.State(4)).Routing, 4)!;
        var state = PrintedCase.State(4);
        state["router.projection"] = PrintedCase.Made((a, j) => 0.4 * Math.Sin((0.6 * a) + (0.9 * j) + 0.1), 2, 4);
        state["router.weight"] = PrintedCase.Made((e, a) => a == 0 ? Math.Cos((0.8 * e) + 0.2) : Math.Sin((1.1 * e) + 0.5), 4, 2);
        var xmoe = PickTable.Of(PrintedCase.Run(new XMoeGateAttribute(2), state).Routing, 4)!;

        Assert.Equal(0.625, ExpertChangeRate.BySlots(softmax, xmoe));
        Assert.Equal(0.875, RouterSaturation.Of(softmax, xmoe));
        Assert.Equal(0.125, ExpertChangeRate.BySets(softmax, xmoe));
    }
}
