using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime.Kernels.Backbone;
using LibMoE.Runtime.Kernels.Backbone.Attending;
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
        new(16, 4, 64, 16), new(16, 4, 128, 32), new(8, 6, 256, 48), new(4, 4, 512, 64), new(1, 4, 1024, 64), new(1, 4, 2048, 64),
        new(1, 4, 4096, 64), new(16, 4, 16, 32), new(16, 4, 8, 32), new(16, 4, 128, 24),
    ];

    private static readonly bool[] Directions = [true, false];

    public static IEnumerable<Contest> Contests(BenchmarkSettings settings) =>
        from shape in Shapes
        from threads in settings.Threads
        from backward in Directions
        select new Contest(
            $"attention/{shape}/{threads} threads/{(backward ? "forward + backward" : "forward")}", threads,
            () => Contenders(shape, backward));

    private static IReadOnlyList<Contender> Contenders(Shape shape, bool backward)
    {
        var kernel = AttentionKernel.Create(TorchLibrary.Loaded!, shape.Channels % 16 == 0 ? 16 : 8);
        var scale = 1 / Math.Sqrt(shape.Channels);
        var (query, key, value) = (Leaf(), Leaf(), Leaf());
        var upstream_SLD = randn(shape.Sequences, shape.Tokens, shape.Heads * shape.Channels);
        return
        [
            new Contender("libtorch", _ => Step((q, k, v) => F.scaled_dot_product_attention(q, k, v, is_casual: true))),
            new Contender("tiles", _ => Step((q, k, v) => FusedAttention.Compute(kernel, q, k, v, scale, null))),
        ];

        Tensor Leaf() => randn(shape.Sequences, shape.Tokens, shape.Heads, shape.Channels).requires_grad_();

        void Step(Func<Tensor, Tensor, Tensor, Tensor> mix)
        {
            if (!backward)
            {
                using var none = no_grad();
                _ = mix(query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2));
                return;
            }

            mix(query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2)).transpose(1, 2).flatten(2).backward([upstream_SLD]);
            (query.grad, key.grad, value.grad) = (null, null, null);
        }
    }

    /// <summary>Sequences, heads, tokens and channels.</summary>
    private readonly record struct Shape(int Sequences, int Heads, int Tokens, int Channels)
    {
        public override string ToString() => $"S {Sequences}, A {Heads}, L {Tokens}, C {Channels}";
    }
}
