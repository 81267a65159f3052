using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

public sealed class RoutedExpertsTests
{
    public static TheoryData<string> Paths => KernelPath.Names;

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Outputs_and_all_gradients_agree_with_the_dense_oracle(string name)
    {
        using var scope = NewDisposeScope();
        var path = KernelPath.Of(name);
        foreach (var activation in Enum.GetValues<Activation>())
        {
            foreach (var kernelCase in Grid(activation, path))
            {
                KernelCase.AssertAgree(kernelCase.OracleRun(), kernelCase.Run(path), path.Tolerance, kernelCase);
                KernelCase.AssertAgree(kernelCase.OraclePerPick(), kernelCase.PerPick(path), path.Tolerance, kernelCase);
            }
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void SwiGLU_with_a_clamp_a_slope_and_an_offset_agrees_with_the_dense_oracle_in_outputs_and_gradients(string name)
    {
        using var scope = NewDisposeScope();
        var path = KernelPath.Of(name);

        // Half-way between two bfloat16 numbers, so that rounding takes no value across the bound, where the slope jumps.
        const double Limit = 205.5 / 256;
        SwiGluOptions[] all =
        [
            new(Limit), new(Limit, Slope: 1.702, UpOffset: 1), new(Slope: 1.702), new(UpOffset: -0.5),
            new(Limit, Slope: 0.5, UpOffset: 1, ClampAfterActivation: path.Compute != ScalarType.BFloat16),
        ];
        foreach (var glu in all)
        {
            foreach (var kernelCase in new[] { Case(hidden: 12, bias: false), Case(hidden: 37, bias: true) })
            {
                KernelCase.AssertAgree(kernelCase.OracleRun(), kernelCase.Run(path), path.Tolerance, kernelCase);
                KernelCase.AssertAgree(kernelCase.OraclePerPick(), kernelCase.PerPick(path), path.Tolerance, kernelCase);
            }

            KernelCase Case(int hidden, bool bias) => new(Activation.SwiGlu, dim: 24, hidden: hidden, bias: bias, path: path) { Glu = glu };
        }
    }

    [Fact]
    public void Options_of_SwiGLU_on_other_experts_are_refused()
    {
        using var scope = NewDisposeScope();
        var kernelCase = new KernelCase(Activation.GeGlu) { Glu = new SwiGluOptions(7) };

        var error = Assert.Throws<ArgumentException>(() => kernelCase.Run(KernelPath.Of("fp32, portable")));
        Assert.Contains("options of SwiGlu experts, not of GeGlu ones", error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Many_rows_for_one_expert_and_none_for_the_others_agree_too(string name)
    {
        using var scope = NewDisposeScope();
        var path = KernelPath.Of(name);
        // More rows than a tile has, and more columns and depth than a packed block has.
        var kernelCase = new KernelCase(Activation.SwiGlu, tokens: 701, dim: 67, hidden: 531, experts: 4, picks: 1);
        kernelCase.Experts_TK = full_like(kernelCase.Experts_TK, 2);
        KernelCase.AssertAgree(kernelCase.OracleRun(), kernelCase.Run(path), path.Tolerance);
    }

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void A_transposed_input_and_a_broadcast_upstream_gradient_agree_too(string name)
    {
        using var scope = NewDisposeScope();
        var path = KernelPath.Of(name);
        var kernelCase = new KernelCase(Activation.GeGlu, bias: true) { Arrange = x => x.t().contiguous().t() };
        kernelCase.Upstream_TD = ones(1, 1, ScalarType.Float64).expand(kernelCase.Upstream_TD.shape);
        KernelCase.AssertAgree(kernelCase.OracleRun(), kernelCase.Run(path), path.Tolerance);
    }

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Two_forwards_before_one_backward_do_not_share_what_backward_needs(string name)
    {
        using var scope = NewDisposeScope();
        var path = KernelPath.Of(name);
        var (first, second) = (new KernelCase(Activation.SwiGlu, seed: 1), new KernelCase(Activation.SwiGlu, tokens: 53, seed: 2));
        var (alone1, alone2) = (Gradients(first, path), Gradients(second, path));
        var (leaves1, leaves2) = (first.Leaves(path.Master), second.Leaves(path.Master));
        var (y1, y2) = (first.Forward(leaves1, path), second.Forward(leaves2, path));
        autograd.backward([y1, y2], [first.Upstream_TD.to(path.Master), second.Upstream_TD.to(path.Master)]);
        AssertSame(alone1, leaves1);
        AssertSame(alone2, leaves2);
    }

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Two_interleaved_layers_get_the_gradients_that_each_gets_alone(string name)
    {
        using var scope = NewDisposeScope();
        var path = KernelPath.Of(name);
        var (first, second) = (new KernelCase(Activation.Gelu, seed: 3), new KernelCase(Activation.SwiGlu, hidden: 24, seed: 4));
        var (alone1, alone2) = (Gradients(first, path), Gradients(second, path));
        var (leaves1, leaves2) = (first.Leaves(path.Master), second.Leaves(path.Master));
        var y1 = first.Forward(leaves1, path);
        var y2 = second.Forward(leaves2, path);
        y1.backward([first.Upstream_TD.to(path.Master)]);
        y2.backward([second.Upstream_TD.to(path.Master)]);
        AssertSame(alone1, leaves1);
        AssertSame(alone2, leaves2);
    }

    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Repeated_runs_are_bit_identical_with_two_threads(string name)
    {
        using var scope = NewDisposeScope();
        var path = KernelPath.Of(name);
        var threads = get_num_threads();
        set_num_threads(2);
        try
        {
            // Enough work that both threads take parts of it, and experts large enough to be cut between them.
            var kernelCase = new KernelCase(Activation.SwiGlu, tokens: 3000, dim: 32, hidden: 24, experts: 3, bias: true);
            var first = kernelCase.Run(path);
            for (var i = 0; i < 3; i++)
            {
                AssertSame(first, kernelCase.Run(path));
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private static IEnumerable<KernelCase> Grid(Activation activation, KernelPath path) =>
    [
        new(activation, bias: true, path: path),
        new(activation, tokens: 1, dim: 17, hidden: 9, experts: 4, path: path),
        new(activation, tokens: 90, dim: 33, hidden: 65, experts: 3, bias: true, seed: 1, path: path),
        new(activation, tokens: 70, dim: 24, hidden: 40, experts: 3, bias: true, seed: 4, path: path, output: 56),
        new(activation, tokens: 40, dim: 33, hidden: 17, experts: 4, seed: 5, path: path, output: 9),
        new(activation, tokens: 300, dim: 64, hidden: 32, experts: 3, seed: 2, path: path),
        new(activation, tokens: 50, dim: 48, hidden: 40, experts: 4, picks: 3, first: 2, slots: 10, bias: true, seed: 3, path: path),
    ];

    private static Dictionary<string, Tensor> Gradients(KernelCase kernelCase, KernelPath path)
    {
        var leaves = kernelCase.Leaves(path.Master);
        kernelCase.Forward(leaves, path).backward([kernelCase.Upstream_TD.to(path.Master)]);
        return leaves.ToDictionary(leaf => leaf.Key, leaf => leaf.Value.grad!);
    }

    private static void AssertSame(Dictionary<string, Tensor> gradients, Dictionary<string, Tensor> results)
    {
        foreach (var (name, gradient) in gradients)
        {
            var other = results[name].grad ?? results[name];
            Assert.True(gradient.eq(other).all().item<bool>(), $"{name} is not the same, bit for bit.");
        }
    }
}
