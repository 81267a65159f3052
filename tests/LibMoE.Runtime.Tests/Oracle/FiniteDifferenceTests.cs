using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Oracle;

public class FiniteDifferenceTests
{
    [Fact]
    public void The_gradient_of_a_cubic_is_exact_to_the_square_of_the_step()
    {
        var p = tensor(new[] { 1.0, -2, 0.5, 3 }, [2, 2], ScalarType.Float64);
        var gradient = FiniteDifference.Gradient(() => p.pow(3).sum().item<double>(), p, step: 1e-4);
        // (f(p + h) - f(p - h))/2h = 3p^2 + h^2.
        Assert.True((gradient - (3 * p.square()) - 1e-8).abs().max().item<double>() < 1e-10);
    }

    [Fact]
    public void The_tensor_is_as_it_was()
    {
        var p = tensor(new[] { 0.1, 0.7 }, ScalarType.Float64);
        _ = FiniteDifference.Gradient(() => p.sum().item<double>(), p);
        Assert.Equal([0.1, 0.7], p.data<double>().ToArray());
    }

    [Fact]
    public void Float32_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => FiniteDifference.Gradient(() => 0, zeros(1)));
        Assert.Contains("float64", error.Message, StringComparison.Ordinal);
    }
}
