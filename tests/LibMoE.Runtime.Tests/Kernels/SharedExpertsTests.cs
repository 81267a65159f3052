using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

public sealed class SharedExpertsTests
{
    [Theory]
    [InlineData(ScalarType.Float64, 1e-14)]
    [InlineData(ScalarType.Float32, 1e-6)]
    public void Shared_experts_with_biases_and_a_clamp_agree_with_the_dense_oracle(ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        var kernelCase = new KernelCase(Activation.SwiGlu, tokens: 19, dim: 21, hidden: 14, experts: 1, picks: 1, bias: true)
        {
            Experts_TK = zeros(19, 1, ScalarType.Int64),
            Glu = new SwiGluOptions(0.8, Slope: 1.702, UpOffset: 1),
        };
        var oracle = kernelCase.OraclePerPick();
        var leaves = kernelCase.Leaves(type);
        var y_TD = SharedExperts.Run(
            Activation.SwiGlu, leaves["x"], leaves["up"].squeeze(0), leaves["down"].squeeze(0), upBias_W: leaves["up_bias"].squeeze(0),
            downBias_D: leaves["down_bias"].squeeze(0), glu: kernelCase.Glu);
        y_TD.backward([kernelCase.Upstream_TKD.squeeze(1).to(type)]);
        var actual = leaves.ToDictionary(leaf => leaf.Key, leaf => leaf.Value.grad ?? zeros_like(leaf.Value));
        actual["y"] = y_TD.detach().unsqueeze(1);
        KernelCase.AssertAgree(oracle, oracle.Keys.ToDictionary(key => key, key => actual[key]), tolerance);
    }

    [Theory]
    [InlineData(ScalarType.Float64, null, 1e-14)]
    [InlineData(ScalarType.Float32, null, 1e-6)]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16, 1e-2)]
    public void Shared_experts_agree_with_the_dense_oracle(ScalarType type, ScalarType? compute, double tolerance)
    {
        using var scope = NewDisposeScope();
        var kernelCase = new KernelCase(Activation.SwiGlu, tokens: 19, dim: 21, hidden: 14, experts: 1, picks: 1)
        {
            Experts_TK = zeros(19, 1, ScalarType.Int64),
        };
        var oracle = kernelCase.OraclePerPick();
        var leaves = kernelCase.Leaves(type);
        var y_TD = SharedExperts.Run(Activation.SwiGlu, leaves["x"], leaves["up"].squeeze(0), leaves["down"].squeeze(0), compute);
        y_TD.backward([kernelCase.Upstream_TKD.squeeze(1).to(type)]);
        var actual = leaves.ToDictionary(leaf => leaf.Key, leaf => leaf.Value.grad ?? zeros_like(leaf.Value));
        actual["y"] = y_TD.detach().unsqueeze(1);
        KernelCase.AssertAgree(oracle, oracle.Keys.ToDictionary(key => key, key => actual[key]), tolerance);
    }
}
