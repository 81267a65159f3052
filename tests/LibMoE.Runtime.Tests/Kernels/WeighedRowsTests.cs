using LibMoE.Runtime.Kernels.Experts;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

/// <summary>The kernel of weighed rows against libtorch's operations in float64.</summary>
public class WeighedRowsTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 2, 16)]
    [InlineData(7, 3, 37)]
    [InlineData(200, 8, 64)]
    public void Rows_and_gradients_are_those_of_plain_products(long tokens, long picks, long dim)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var x_TD = randn([tokens, dim], generator: generator).requires_grad_();
        var weights_TK = randn([tokens, picks], generator: generator).requires_grad_();
        var upstream_ND = randn([tokens * picks, dim], generator: generator);
        var (wideX_TD, wideWeights_TK) = (Wide(x_TD), Wide(weights_TK));

        var rows_ND = WeighedRows.Compute(x_TD, weights_TK);
        var expected_ND = WeighedRows.Portable(wideX_TD, wideWeights_TK);
        rows_ND.backward([upstream_ND]);
        expected_ND.backward([upstream_ND.to(ScalarType.Float64)]);

        Near(expected_ND, rows_ND);
        Near(wideX_TD.grad!, x_TD.grad!);
        Near(wideWeights_TK.grad!, weights_TK.grad!);
        using var quiet = no_grad();
        Near(expected_ND, WeighedRows.Compute(x_TD, weights_TK));
    }

    [Fact]
    public void A_gradient_that_is_not_contiguous_and_tokens_that_are_strided_give_the_same()
    {
        using var scope = NewDisposeScope();
        var x_DT = randn([9, 6], generator: new Generator(5)).requires_grad_();
        var weights_TK = randn([6, 2], generator: new Generator(6)).requires_grad_();

        WeighedRows.Compute(x_DT.t(), weights_TK).sum().backward();

        Near(weights_TK.sum(1).unsqueeze(0).expand(9, -1), x_DT.grad!);
        Near(x_DT.sum(0).unsqueeze(1).expand(-1, 2), weights_TK.grad!);
    }

    [Fact]
    public void No_tokens_give_no_rows()
    {
        using var scope = NewDisposeScope();

        Assert.Equal([0L, 4], WeighedRows.Compute(zeros(0, 4), zeros(0, 2)).shape);
    }

    private static Tensor Wide(Tensor values) => values.detach().to(ScalarType.Float64).requires_grad_();

    private static void Near(Tensor expected, Tensor actual) => Assert.InRange(
        (expected.detach().to(ScalarType.Float64) - actual.detach()).abs().max().item<double>(), 0,
        1e-5 * (1 + expected.detach().abs().max().to(ScalarType.Float64).item<double>()));
}
