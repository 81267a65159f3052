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
}
