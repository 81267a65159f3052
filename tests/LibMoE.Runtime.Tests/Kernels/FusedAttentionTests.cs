using System.Runtime.Intrinsics;
using LibMoE.Runtime.Kernels.Backbone;
using LibMoE.Runtime.Kernels.Backbone.Attending;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

/// <summary>Causal attention in tiles, against plain loops in float64.</summary>
public sealed class FusedAttentionTests
{
    private const double Scale = 0.3;

    private static readonly AttentionCase[] Cases =
    [
        new(2, 3, 3, 1, 1, 16), new(1, 2, 2, 9, 9, 16), new(2, 6, 2, 33, 33, 32), new(1, 4, 1, 128, 128, 32), new(1, 3, 1, 200, 200, 64),
        new(2, 6, 2, 9, 20, 16), new(1, 2, 2, 33, 100, 48), new(1, 4, 2, 70, 71, 16), new(2, 2, 1, 33, 33, 32) { Window = 1 },
        new(1, 6, 2, 128, 128, 16) { Window = 5 }, new(1, 2, 2, 100, 131, 32) { Window = 37 }, new(1, 2, 1, 65, 65, 16) { Window = 500 },
        new(1, 2, 2, 200, 200, 16) { Window = 64 }, new(1, 3, 3, 40, 40, 32) { ValueChannels = 48 },
        new(1, 4, 2, 50, 61, 48) { ValueChannels = 16, Window = 20 },
    ];

    /// <summary>8 channels are half of a wide vector, 5 of none but the narrowest.</summary>
    [SkippableTheory]
    [InlineData(16, 16)]
    [InlineData(8, 8)]
    [InlineData(8, 16)]
    [InlineData(1, 16)]
    [InlineData(1, 5)]
    public void Outputs_and_gradients_of_every_width_agree_with_the_formula_in_float64(int lanes, int unit)
    {
        var kernel = Kernel(lanes);
        using var scope = NewDisposeScope();
        foreach (var one in Cases.Select(one => one.WithUnit(unit)))
        {
            var inputs = one.Draw();
            var expected = one.Oracle(inputs, Scale);
            KernelCase.AssertAgree(expected, Measure(inputs, (q, k, v) => one.Compute(kernel, q, k, v, Scale)), 3e-6);
        }
    }

    [SkippableFact]
    public void Heads_that_lie_behind_each_other_or_channels_that_lie_apart_give_the_same_bits()
    {
        var kernel = Kernel(8);
        using var scope = NewDisposeScope();
        var one = new AttentionCase(2, 4, 2, 40, 51, 16);
        var inputs = one.Draw();
        var expected = Measure(inputs, (q, k, v) => one.Compute(kernel, q, k, v, Scale));
        AssertSame(expected, Measure(inputs, (q, k, v) => one.Compute(kernel, q.contiguous(), k.contiguous(), v.contiguous(), Scale)));
        AssertSame(expected, Measure(inputs, (q, k, v) => one.Compute(kernel, Apart(q), Apart(k), Apart(v), Scale)));

        static Tensor Apart(Tensor x) => x.transpose(2, 3).contiguous().transpose(2, 3);
    }

    [SkippableFact]
    public void Results_and_gradients_lie_as_projections_read_them()
    {
        var kernel = Kernel(8);
        using var scope = NewDisposeScope();
        var one = new AttentionCase(2, 4, 2, 40, 40, 16);
        var (q, k, v, _) = one.Draw();
        var leaf_SLAC = q.transpose(1, 2).contiguous().requires_grad_();
        var mixed_SALC = one.Compute(kernel, leaf_SLAC.transpose(1, 2), k, v, Scale);
        Assert.True(mixed_SALC.transpose(1, 2).is_contiguous());
        mixed_SALC.sum().backward();
        Assert.True(leaf_SLAC.grad!.is_contiguous());
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void An_input_that_alone_wants_a_gradient_gets_the_same_bits(int wanted)
    {
        var kernel = Kernel(8);
        using var scope = NewDisposeScope();
        var one = new AttentionCase(1, 4, 2, 40, 51, 16);
        var inputs = one.Draw();
        var all = Measure(inputs, (q, k, v) => one.Compute(kernel, q, k, v, Scale));
        Tensor[] given = [inputs.Query, inputs.Key, inputs.Value];
        given[wanted] = given[wanted].detach().clone().requires_grad_();
        one.Compute(kernel, given[0], given[1], given[2], Scale).backward([inputs.Upstream]);
        var name = new[] { "query", "key", "value" }[wanted];
        AssertSame(new() { [name] = all[name] }, new() { [name] = given[wanted].grad! });
        Assert.All(given.Where((_, i) => i != wanted), other => Assert.Null(other.grad));
    }

    [SkippableTheory]
    [InlineData(16)]
    [InlineData(8)]
    [InlineData(1)]
    public void Scores_of_any_size_give_numbers(int lanes)
    {
        var kernel = Kernel(lanes);
        using var scope = NewDisposeScope();
        var one = new AttentionCase(1, 2, 2, 70, 70, 16);
        var inputs = one.Draw();
        foreach (var factor in new[] { 1e4f, 1e18f })
        {
            var large = inputs with { Query = inputs.Query * factor };
            var actual = Measure(large, (q, k, v) => one.Compute(kernel, q, k, v, Scale));
            Assert.All(actual, pair => Assert.True(pair.Value.isfinite().all().item<bool>(), $"{pair.Key}, {factor}"));
            // The largest score takes all of the weight, but where two come near each other.
            // libtorch's gradient to values is wrong there: findings/libtorch-attention-gradient-of-large-scores.sh.
            var expected = one.Oracle(large, Scale);
            KernelCase.AssertAgree(Of(expected), Of(actual), factor > 1e17 ? 1e-6 : 1e-2);
        }

        static Dictionary<string, Tensor> Of(Dictionary<string, Tensor> all) => new() { ["y"] = all["y"], ["value"] = all["value"] };
    }

    [SkippableFact]
    public void What_comes_later_changes_no_bit_of_a_token()
    {
        var kernel = Kernel(8);
        using var scope = NewDisposeScope();
        var one = new AttentionCase(1, 2, 2, 70, 70, 16);
        var (q, k, v, _) = one.Draw();
        var before = one.Compute(kernel, q, k, v, Scale);
        k[.., .., 50..] = 1e9f;
        v[.., .., 50..] = -1e9f;
        var after = one.Compute(kernel, q, k, v, Scale);
        Assert.True(before[.., .., ..50].equal(after[.., .., ..50]).all().item<bool>());
        Assert.False(before[.., .., 50..].equal(after[.., .., 50..]).any().item<bool>());
    }

    [SkippableFact]
    public void A_query_that_is_no_number_gives_none_and_leaves_the_others()
    {
        var kernel = Kernel(8);
        using var scope = NewDisposeScope();
        var one = new AttentionCase(1, 2, 2, 40, 40, 16);
        var (q, k, v, _) = one.Draw();
        var good = one.Compute(kernel, q, k, v, Scale);
        q[0, 1, 20, 3] = float.NaN;
        var bad = one.Compute(kernel, q, k, v, Scale);
        Assert.True(bad[0, 1, 20].isnan().all().item<bool>());
        Assert.True(bad[0, 0].equal(good[0, 0]).all().item<bool>());
        Assert.True(bad[0, 1, ..20].equal(good[0, 1, ..20]).all().item<bool>());
        Assert.True(bad[0, 1, 21..].equal(good[0, 1, 21..]).all().item<bool>());
    }

    [SkippableTheory]
    [InlineData(new long[] { 2, 4, 9, 16 }, new long[] { 1, 2, 9, 16 }, new long[] { 1, 2, 9, 16 }, null)]
    [InlineData(new long[] { 1, 4, 9, 16 }, new long[] { 1, 3, 9, 16 }, new long[] { 1, 3, 9, 16 }, null)]
    [InlineData(new long[] { 1, 4, 9, 16 }, new long[] { 1, 2, 8, 16 }, new long[] { 1, 2, 8, 16 }, null)]
    [InlineData(new long[] { 1, 4, 9, 16 }, new long[] { 1, 2, 9, 24 }, new long[] { 1, 2, 9, 16 }, null)]
    [InlineData(new long[] { 1, 4, 9, 16 }, new long[] { 1, 2, 9, 16 }, new long[] { 1, 2, 10, 16 }, null)]
    [InlineData(new long[] { 4, 9, 16 }, new long[] { 4, 9, 16 }, new long[] { 4, 9, 16 }, null)]
    [InlineData(new long[] { 1, 4, 9, 16 }, new long[] { 1, 2, 9, 16 }, new long[] { 1, 2, 9, 16 }, 0)]
    [InlineData(new long[] { 1, 4, 9, 12 }, new long[] { 1, 2, 9, 12 }, new long[] { 1, 2, 9, 16 }, null)]
    public void Shapes_that_do_not_fit_are_refused_before_memory_is_touched(long[] query, long[] key, long[] value, int? window)
    {
        var kernel = Kernel(8);
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => FusedAttention.Compute(kernel, rand(query), rand(key), rand(value), 1, window));
    }

    [SkippableFact]
    public void Repeats_and_threads_change_no_bit()
    {
        var kernel = Kernel(8);
        using var scope = NewDisposeScope();
        var threads = get_num_threads();
        try
        {
            foreach (var one in new AttentionCase[] { new(3, 6, 2, 150, 170, 32), new(2, 4, 4, 128, 128, 32) { Window = 50 } })
            {
                var inputs = one.Draw();
                var once = One(1);
                AssertSame(once, One(1));
                AssertSame(once, One(2));
                AssertSame(once, One(3));

                Dictionary<string, Tensor> One(int count)
                {
                    set_num_threads(count);
                    return Measure(inputs, (q, k, v) => one.Compute(kernel, q, k, v, Scale));
                }
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [SkippableFact]
    public void A_thousand_steps_leave_the_live_tensors_and_the_resident_memory_flat()
    {
        const int Part = 100;
        const long Slack = 24 << 20;
        var kernel = Kernel(8);
        using var scope = NewDisposeScope();
        var cases = Enumerable.Range(0, 5).Select(i => new AttentionCase(2, 4, 2, 40 + 23 * i, 60 + 23 * i, 32)).ToList();
        var inputs = cases.Select(one => one.Draw()).ToList();
        var (tensors, memory) = (new List<long>(), new List<long>());
        for (var step = 1; step <= 10 * Part; step++)
        {
            var one = cases[step % cases.Count];
            using (NewDisposeScope())
            {
                _ = Measure(inputs[step % cases.Count], (q, k, v) => one.Compute(kernel, q, k, v, Scale));
            }

            if (step % Part == 0)
            {
                memory.Add(SteadyGrowth.Resident());
                tensors.Add(LiveTensors.Count);
            }
        }

        Assert.Single(tensors.Distinct());
        Assert.True(SteadyGrowth.Of(memory[1..]) < Slack, $"resident bytes every {Part} steps: {string.Join(", ", memory)}");
    }

    private static AttentionKernel Kernel(int lanes)
    {
        Skip.If(TorchLibrary.Loaded is null, "libtorch exports too little for the kernels");
        Skip.If(lanes == 16 && !Vector512.IsHardwareAccelerated, "this machine has no vectors of 512 bits");
        return AttentionKernel.Create(TorchLibrary.Loaded!, lanes);
    }

    private static Dictionary<string, Tensor> Measure(AttentionInputsOfCase inputs, Func<Tensor, Tensor, Tensor, Tensor> mix)
    {
        var (query, key, value) = (Leaf(inputs.Query), Leaf(inputs.Key), Leaf(inputs.Value));
        var y = mix(query, key, value);
        y.backward([inputs.Upstream]);
        return new() { ["y"] = y.detach(), ["query"] = query.grad!, ["key"] = key.grad!, ["value"] = value.grad! };

        static Tensor Leaf(Tensor x) => x.detach().clone().requires_grad_();
    }

    private static void AssertSame(Dictionary<string, Tensor> expected, Dictionary<string, Tensor> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected, pair => Assert.True(pair.Value.equal(actual[pair.Key]).all().item<bool>(), pair.Key));
    }
}
