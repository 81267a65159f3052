using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Golden;

/// <summary>Closeness of tensors relative to the largest expected number.</summary>
internal static class Near
{
    public static void Assert(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Xunit.Assert.Equal(expected.shape, actual.shape);
        var (a, b) = (expected.detach().to(ScalarType.Float64).cpu(), actual.detach().to(ScalarType.Float64).cpu());
        if (a.numel() == 0)
        {
            return;
        }

        var error = (a - b).abs().max().item<double>();
        var limit = tolerance * Math.Max(a.abs().max().item<double>(), 1e-30);
        Xunit.Assert.True(error <= limit, $"{what}: the largest difference is {error:G3}, allowed is {limit:G3}.");
    }

    /// <summary>Numbers printed to six decimals are good to half a unit of the last one.</summary>
    public static void Printed(double[] expected, Tensor actual)
    {
        var numbers = actual.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();
        Xunit.Assert.Equal(expected.Length, numbers.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Xunit.Assert.True(Math.Abs(expected[i] - numbers[i]) <= 5.1e-7, $"number {i}: expected {expected[i]:F6}, got {numbers[i]:F8}.");
        }
    }
}
