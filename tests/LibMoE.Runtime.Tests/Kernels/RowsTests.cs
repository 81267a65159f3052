using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

public sealed class RowsTests
{
    public static TheoryData<string> Paths => KernelPath.Names;

    /// <summary>What a machine with some of the experts computes for the tokens that others sent it.</summary>
    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void Rows_sorted_by_expert_with_their_counts_give_each_picks_output_and_gradients(string name)
    {
        using var scope = NewDisposeScope();
        var path = KernelPath.Of(name);
        var counts = new long[] { 3, 0, 41, 1 };
        var kernelCase = new KernelCase(Activation.SwiGlu, tokens: 45, experts: 4, picks: 1, bias: true)
        {
            Experts_TK = tensor(counts.SelectMany((count, expert) => Enumerable.Repeat((long)expert, (int)count)).ToArray()).unsqueeze(1),
        };
        var oracle = kernelCase.OraclePerPick();
        var leaves = kernelCase.Leaves(path.Master);
        var y_ND = RoutedExperts.Rows(
            Activation.SwiGlu, leaves["x"], counts, leaves["up"], leaves["down"], leaves["up_bias"], leaves["down_bias"],
            path.Compute, path.Create());
        y_ND.backward([kernelCase.Upstream_TKD.squeeze(1).to(path.Master)]);
        var actual = leaves.ToDictionary(leaf => leaf.Key, leaf => leaf.Value.grad ?? zeros_like(leaf.Value));
        actual["y"] = y_ND.detach().unsqueeze(1);
        KernelCase.AssertAgree(oracle, oracle.Keys.ToDictionary(key => key, key => actual[key]), path.Tolerance);
    }

    [Fact]
    public void Dispatching_by_hand_around_Rows_is_the_layers_own_computation()
    {
        using var scope = NewDisposeScope();
        var kernelCase = new KernelCase(Activation.Relu);
        var leaves = kernelCase.Leaves(ScalarType.Float32);
        var flat_P = kernelCase.Experts_TK.reshape(-1);
        var (sorted_P, order_P) = sort(flat_P, stable: true);
        var empty = flat_P.lt(0).sum().item<long>();
        var pick_N = order_P.narrow(0, empty, flat_P.numel() - empty);
        var counts = Enumerable.Range(0, 5).Select(e => flat_P.eq(e).sum().item<long>()).ToArray();

        var sent_ND = leaves["x"].index_select(0, pick_N.floor_divide(2));
        var received_ND = RoutedExperts.Rows(Activation.Relu, sent_ND, counts, leaves["up"], leaves["down"]);
        var weighted_ND = received_ND * leaves["weights"].reshape(-1).index_select(0, pick_N).unsqueeze(1);
        var y_TD = zeros_like(leaves["x"]).index_add(0, pick_N.floor_divide(2), weighted_ND, 1);

        KernelCase.AssertAgree(
            new() { ["y"] = kernelCase.OracleRun()["y"] }, new() { ["y"] = y_TD.detach() }, 1e-6);
    }

    /// <summary>A machine whose experts got no tokens of a step.</summary>
    [SkippableTheory]
    [MemberData(nameof(Paths))]
    public void No_rows_at_all_give_no_rows_and_gradients_of_zero_with_and_without_biases(string name)
    {
        using var scope = NewDisposeScope();
        var path = KernelPath.Of(name);
        foreach (var bias in new[] { true, false })
        {
            var leaves = new KernelCase(Activation.SwiGlu, tokens: 4, experts: 4, picks: 1, bias: bias).Leaves(path.Master);
            var x_ND = leaves["x"].detach().narrow(0, 0, 0).clone().requires_grad_(true);

            var y_ND = RoutedExperts.Rows(
                Activation.SwiGlu, x_ND, new long[4], leaves["up"], leaves["down"], bias ? leaves["up_bias"] : null,
                bias ? leaves["down_bias"] : null,
                path.Compute, path.Create());
            y_ND.sum().backward();

            Assert.Equal([0L, leaves["x"].shape[1]], y_ND.shape);
            Assert.All(leaves.Where(leaf => leaf.Key is not ("x" or "weights")), leaf => Assert.Equal(
                0, leaf.Value.grad!.abs().sum().to(ScalarType.Float64).item<double>()));
        }
    }

    [Fact]
    public void Counts_that_do_not_describe_the_rows_are_refused()
    {
        using var scope = NewDisposeScope();
        var leaves = new KernelCase(Activation.Relu).Leaves(ScalarType.Float32);
        var error = Assert.Throws<ArgumentException>(
            () => RoutedExperts.Rows(Activation.Relu, leaves["x"], [1, 2], leaves["up"], leaves["down"]));
        Assert.Contains("2 counts that sum to 3 do not describe 37 rows of 5 experts", error.Message, StringComparison.Ordinal);
    }
}
