using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime.Kernels.Backbone;
using LibMoE.Runtime.Kernels.Backbone.Attending;
using LibMoE.Runtime.Kernels.Matmul;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LibMoE.Benchmarks.Suites;

/// <summary>Causal attention by libtorch and by the tiles of this library, forward and backward and forward alone. Heads lie as
/// projections write them.</summary>
internal static class AttentionSuite
{
    private static readonly Shape[] Shapes =
    [
        new(16, 4, 16, 16, 32), new(16, 4, 64, 64, 16), new(16, 4, 128, 128, 32), new(8, 6, 256, 256, 48), new(1, 4, 1024, 1024, 64),
        new(1, 4, 4096, 4096, 64), new(1, 4, 8, 512, 64),
    ];

    private static readonly bool[] Directions = [true, false];

    public static IEnumerable<Contest> Contests(BenchmarkSettings settings) =>
        from shape in PanelProduct.IsSupported && TorchLibrary.Loaded is not null ? Shapes : []
        from threads in settings.Threads
        from backward in Directions
        select new Contest(
            $"attention/{shape}/{threads} threads/{(backward ? "forward + backward" : "forward")}", threads,
            () => Contenders(shape, backward));

    private static IReadOnlyList<Contender> Contenders(Shape shape, bool backward)
    {
        var kernel = AttentionKernel.Create(TorchLibrary.Loaded!, lanes: 16);
        var scale = 1 / Math.Sqrt(shape.Channels);
        var (query, key, value) = (Leaf(shape.Tokens), Leaf(shape.Keys), Leaf(shape.Keys));
        var upstream_SLD = randn(shape.Sequences, shape.Tokens, shape.Heads * shape.Channels);
        var seen_LP = shape.Keys == shape.Tokens ? null
            : ones(shape.Tokens, shape.Keys, dtype: ScalarType.Bool).tril(shape.Keys - shape.Tokens);
        return
        [
            new Contender("libtorch", _ => Step(
                (q, k, v) => F.scaled_dot_product_attention(q, k, v, attn_mask: seen_LP, is_casual: seen_LP is null))),
            new Contender("tiles", _ => Step((q, k, v) => FusedAttention.Compute(kernel, q, k, v, scale, null))),
        ];

        Tensor Leaf(int tokens) => randn(shape.Sequences, tokens, shape.Heads, shape.Channels).requires_grad_();

        void Step(Func<Tensor, Tensor, Tensor, Tensor> mix)
        {
            using var mode = set_grad_enabled(backward);
            var mixed_SLD = mix(query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2)).transpose(1, 2).flatten(2);
            if (backward)
            {
                mixed_SLD.backward([upstream_SLD]);
                (query.grad, key.grad, value.grad) = (null, null, null);
            }
        }
    }

    /// <summary>Sequences, heads, tokens, keys and channels.</summary>
    private readonly record struct Shape(int Sequences, int Heads, int Tokens, int Keys, int Channels)
    {
        public override string ToString() => $"S {Sequences}, A {Heads}, L {Tokens}, P {Keys}, C {Channels}";
    }
}
