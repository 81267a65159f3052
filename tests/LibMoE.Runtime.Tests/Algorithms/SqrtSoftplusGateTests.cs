using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

[MoeLayer, Experts<SwiGlu>(6), SqrtSoftplusGate(TopK = 3, Scale = 1.5), BiasBalance(0.001), SequenceBalance(0.1)]
internal sealed partial class DeepSeekV4Style;

[MoeLayer, Experts<Relu>(4), SqrtSoftplusGate(TopK = 2, Normalize = false, RouterBias = true), SwitchBalance(0.1)]
internal sealed partial class PlainSqrtSoftplus;

[MoeLayer, Experts<Relu>(4), SqrtSoftplusGate(TopK = 2), RouterZLoss(0.1)]
internal sealed partial class RankedSqrtSoftplus;

/// <summary>s = √softplus(l), DeepSeek-V4's scores.</summary>
public class SqrtSoftplusGateTests
{
    [Fact]
    public void Scores_are_the_root_of_softplus_and_weights_their_shares_among_the_picks()
    {
        using var scope = NewDisposeScope();
        double[] logits = [-3, 0.5, 2, 25];
        var logits_TE = tensor(logits).reshape(1, 4);
        double[] scores = [.. logits.Select(l => Math.Sqrt(Math.Log(1 + Math.Exp(l))))];

        var made = SqrtSoftplus.Scores(logits_TE).data<double>().ToArray();
        var weights = CombineWeights.SqrtSoftplusOverPicks(logits_TE, tensor(new[] { 3L, 0 }).reshape(1, 2), 1.5).data<double>().ToArray();

        Assert.All(scores.Zip(made), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.Equal(1.5 * scores[3] / (scores[3] + scores[0]), weights[0], 1e-9);
        Assert.Equal(1.5 * scores[0] / (scores[3] + scores[0]), weights[1], 1e-9);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Logits_far_below_zero_keep_their_ratio_and_finite_gradients(ScalarType type)
    {
        using var scope = NewDisposeScope();

        // softplus(−200) is 0 in float32, and the root of 0 has no gradient.
        var logits_TE = tensor(new[] { -200.0, -202 }).to(type).reshape(1, 2).requires_grad_(true);
        var weights_TK = CombineWeights.SqrtSoftplusOverPicks(logits_TE, tensor(new[] { 0L, 1 }).reshape(1, 2));
        (weights_TK.select(1, 0).sum() + SqrtSoftplus.Scores(logits_TE).sum()).backward();

        Assert.Equal(1 / (1 + Math.Exp(-1)), weights_TK[0, 0].to(ScalarType.Float64).item<double>(), 1e-6);
        Assert.True(logits_TE.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void Layers_with_the_gate_pass_the_kit()
    {
        LayerKit.Check<DeepSeekV4Style>();
        LayerKit.Check<PlainSqrtSoftplus>();
        LayerKit.Check<RankedSqrtSoftplus>();
    }
}
