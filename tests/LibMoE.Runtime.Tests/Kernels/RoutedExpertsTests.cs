using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

public sealed class RoutedExpertsTests
{
    private const double Fp32 = 1e-6;

    [Theory]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Gelu)]
    [InlineData(Activation.ReluSquared)]
    [InlineData(Activation.SwiGlu)]
    [InlineData(Activation.GeGlu)]
    public void Outputs_and_all_gradients_agree_with_the_dense_oracle(Activation activation)
    {
        using var scope = NewDisposeScope();
        var kernelCase = new KernelCase(activation, bias: true);
        KernelCase.AssertAgree(kernelCase.OracleRun(), kernelCase.Run(), Fp32);
        KernelCase.AssertAgree(kernelCase.OraclePerPick(), kernelCase.PerPick(), Fp32);
    }

    [Theory]
    [InlineData(Activation.SwiGlu)]
    [InlineData(Activation.Gelu)]
    public void A_float64_layer_is_exact(Activation activation)
    {
        using var scope = NewDisposeScope();
        var kernelCase = new KernelCase(activation, bias: true);
        KernelCase.AssertAgree(kernelCase.OracleRun(), kernelCase.Run(ScalarType.Float64), 1e-14);
    }
}
