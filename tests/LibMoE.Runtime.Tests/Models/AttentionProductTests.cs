using LibMoE.Runtime.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models;

public sealed class AttentionProductTests
{
    /// <summary>Whole texts, short and long, a text that is read on, and single tokens, with and without a window.</summary>
    [Theory]
    [InlineData(9, 9, null)]
    [InlineData(9, 9, 4)]
    [InlineData(3, 11, null)]
    [InlineData(1, 11, null)]
    [InlineData(1, 11, 5)]
    [InlineData(520, 520, null)]
    public void Heads_that_share_keys_give_what_they_give_with_keys_repeated(int tokens, int keys, int? window)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var product = new AttentionProduct(scale: 0.4, window);
        Tensor[] inputs =
        [
            randn([2, 6, tokens, 8], ScalarType.Float64).requires_grad_(), randn([2, 2, keys, 8], ScalarType.Float64).requires_grad_(),
            randn([2, 2, keys, 8], ScalarType.Float64).requires_grad_(),
        ];
        var upstream_SALC = randn([2, 6, tokens, 8], ScalarType.Float64);

        var shared = Run(inputs[1], inputs[2]);
        var repeated = Run(inputs[1].repeat_interleave(3, dim: 1), inputs[2].repeat_interleave(3, dim: 1));

        Assert.All(shared.Zip(repeated), pair => Assert.InRange((pair.First - pair.Second).abs().max().item<double>(), 0, 1e-12));

        Tensor[] Run(Tensor key, Tensor value)
        {
            var mixed_SALC = product.Run(inputs[0], key, value, sink_A: null);
            mixed_SALC.backward([upstream_SALC]);
            Tensor[] results = [mixed_SALC.detach(), .. inputs.Select(input => input.grad!.clone())];
            foreach (var input in inputs)
            {
                input.grad = null;
            }

            return results;
        }
    }

    /// <summary>Where this machine has a kernel of its own: tokens and channels that it takes, and some that it does not; float64 is
    /// libtorch's.</summary>
    [Theory]
    [InlineData(40, 40, 16, null)]
    [InlineData(40, 75, 24, null)]
    [InlineData(40, 75, 16, 20)]
    [InlineData(15, 40, 16, null)]
    [InlineData(40, 40, 12, null)]
    public void Float32_gives_what_float64_gives(int tokens, int keys, int channels, int? window)
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var product = new AttentionProduct(scale: null, window);
        Tensor[] drawn =
        [
            randn([2, tokens, 6, channels], ScalarType.Float64), randn([2, keys, 2, channels], ScalarType.Float64),
            randn([2, keys, 2, channels], ScalarType.Float64),
        ];
        var upstream_SALC = randn([2, 6, tokens, channels], ScalarType.Float64);

        Assert.All(
            Run(ScalarType.Float64).Zip(Run(ScalarType.Float32)),
            pair => Assert.InRange((pair.First - pair.Second).abs().max().item<double>(), 0, 1e-5));

        Tensor[] Run(ScalarType type)
        {
            var leaves = drawn.Select(x => x.to(type, copy: true).requires_grad_()).ToArray();
            var heads = leaves.Select(x => x.transpose(1, 2)).ToArray();
            var mixed_SALC = product.Run(heads[0], heads[1], heads[2], sink_A: null);
            mixed_SALC.backward([upstream_SALC.to(type)]);
            return [mixed_SALC.detach(), .. leaves.Select(leaf => leaf.grad!)];
        }
    }
}
