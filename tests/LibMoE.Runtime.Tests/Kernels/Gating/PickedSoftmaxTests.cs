using LibMoE.Runtime.Kernels.Gating;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels.Gating;

/// <summary>Weights over picks as one function, against libtorch's operations in float64.</summary>
public sealed class PickedSoftmaxTests
{
    /// <summary>Tokens with all picks, with some empty, and with none.</summary>
    private static readonly long[,] Picks = { { 3, 0, 5 }, { 1, -1, 4 }, { -1, -1, -1 }, { 2, 5, -1 }, { 4, 3, 1 } };

    [Theory]
    [InlineData(1f, 1.0)]
    [InlineData(5f, 2.5)]
    [InlineData(1000f, 1.0)]
    public void Weights_and_gradients_are_those_of_softmax_in_float64(float spread, double scale)
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var experts_TK = tensor(Picks);
        var start_TE = randn(5, 6) * spread;
        var upstream_TK = randn(5, 3);
        var (weights_TK, dLogits_TE) = Run(start_TE, experts_TK, upstream_TK, scale);
        var (exact_TK, exact_TE) = Run(start_TE.to(ScalarType.Float64), experts_TK, upstream_TK.to(ScalarType.Float64), scale);

        AssertNear(exact_TK, weights_TK);
        AssertNear(exact_TE, dLogits_TE);
        Assert.Equal(0f, weights_TK[2].abs().sum().item<float>());
        Assert.Equal(0f, dLogits_TE[2].abs().sum().item<float>());
    }

    [Fact]
    public void A_single_pick_has_the_scale_as_its_weight_and_no_gradient()
    {
        using var scope = NewDisposeScope();
        var (weights_T1, dLogits_TE) = Run(tensor(new[,] { { 3f, -2f } }), tensor(new[,] { { 1L } }), ones(1, 1), 0.5);
        Assert.Equal(0.5f, weights_T1.item<float>());
        Assert.Equal(0f, dLogits_TE.abs().sum().item<float>());
    }

    [Fact]
    public void A_logit_that_is_no_number_makes_its_tokens_weights_none_and_no_others()
    {
        using var scope = NewDisposeScope();
        var logits_TE = tensor(new[,] { { float.NaN, 1f }, { 0f, 0f } });
        var weights = PickedSoftmax.Compute(logits_TE, tensor(new[,] { { 0L, 1L }, { 0L, 1L } }), 1).data<float>().ToArray();
        Assert.True(float.IsNaN(weights[0]) && float.IsNaN(weights[1]), string.Join(", ", weights));
        Assert.Equal([0.5f, 0.5f], weights[2..]);
    }

    [Fact]
    public void Logits_that_lie_otherwise_in_memory_give_the_same()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var turned_ET = randn(6, 5);
        var experts_TK = tensor(Picks);
        Assert.Equal(
            PickedSoftmax.Compute(turned_ET.t().contiguous(), experts_TK, 1).data<float>().ToArray(),
            PickedSoftmax.Compute(turned_ET.t(), experts_TK, 1).data<float>().ToArray());
    }

    [Fact]
    public void Calls_with_gradients_leave_no_tensor_behind()
    {
        using var scope = NewDisposeScope();
        var (logits_TE, experts_TK, upstream_TK) = (randn(5, 6), tensor(Picks), ones(5, 3));
        Step();
        var before = LiveTensors.Count;
        Step();
        Assert.Equal(before, LiveTensors.Count);

        void Step()
        {
            using var step = NewDisposeScope();
            _ = Run(logits_TE, experts_TK, upstream_TK, 2);
        }
    }

    private static (Tensor Weights_TK, Tensor DLogits_TE) Run(Tensor start_TE, Tensor experts_TK, Tensor upstream_TK, double scale)
    {
        var logits_TE = start_TE.detach().clone().requires_grad_(true);
        Assert.Equal(start_TE.dtype == ScalarType.Float32, PickedSoftmax.Serves(logits_TE, experts_TK));
        var weights_TK = CombineWeights.SoftmaxOverPicks(logits_TE, experts_TK, scale);
        weights_TK.backward([upstream_TK]);
        return (weights_TK.detach(), logits_TE.grad!);
    }

    private static void AssertNear(Tensor exact, Tensor actual) =>
        Assert.InRange((exact - actual.to(ScalarType.Float64)).abs().max().item<double>(), 0, 2e-6);
}
