using LibMoE.Runtime.Kernels.Gating;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels.Gating;

/// <summary>The switch loss as one function, against its formula in float64.</summary>
public sealed class LinearTermTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 5)]
    [InlineData(300, 16)]
    [InlineData(4096, 67)]
    public void The_switch_loss_and_its_gradient_are_those_of_float64(int tokens, int slots)
    {
        using var scope = NewDisposeScope();
        manual_seed(tokens);
        var start_TE = randn(tokens, slots).softmax(-1);
        var counts_E = randint(0, 2 * tokens, slots, ScalarType.Int64);
        var (term, gradient_TE) = Run(start_TE, counts_E);
        var (exact, exact_TE) = Run(start_TE.to(ScalarType.Float64), counts_E);

        Assert.Equal(1, (term / exact).item<double>(), 1e-6);
        Assert.InRange((gradient_TE.to(ScalarType.Float64) / exact_TE - 1).nan_to_num().abs().max().item<double>(), 0, 1e-6);
    }

    [Fact]
    public void Balanced_picks_and_shares_give_one()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(1f, BalanceTerms.Switch(ones(8, 4) / 4, tensor(new[] { 4L, 4, 4, 4 }), null).item<float>());
    }

    [Fact]
    public void A_call_without_tokens_has_the_term_zero()
    {
        using var scope = NewDisposeScope();
        var shares_TE = zeros(0, 3).requires_grad_(true);
        var term = BalanceTerms.Switch(shares_TE, zeros(3, ScalarType.Int64), null);
        term.backward();
        Assert.Equal(0f, term.item<float>());
        Assert.Equal([0L, 3L], shares_TE.grad!.shape);
    }

    [Fact]
    public void Calls_with_gradients_leave_no_tensor_behind()
    {
        using var scope = NewDisposeScope();
        var (start_TE, counts_E) = (ones(8, 4) / 4, tensor(new[] { 4L, 4, 4, 4 }));
        Step();
        var before = LiveTensors.Count;
        Step();
        Assert.Equal(before, LiveTensors.Count);

        void Step()
        {
            using var step = NewDisposeScope();
            _ = Run(start_TE, counts_E);
        }
    }

    private static (Tensor Term, Tensor Gradient_TE) Run(Tensor start_TE, Tensor counts_E)
    {
        var shares_TE = start_TE.detach().clone().requires_grad_(true);
        Assert.Equal(start_TE.dtype == ScalarType.Float32, LinearTerm.Serves(shares_TE));
        var term = BalanceTerms.Switch(shares_TE, counts_E, null);
        (term * 3).backward();
        return (term.detach(), shares_TE.grad!);
    }
}
