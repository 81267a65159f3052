using LibMoE.Runtime.Kernels.Backbone.Attending;
using LibMoE.Runtime.Kernels.Cpu;
using LibMoE.Runtime.Kernels.Lanes;
using LibMoE.Runtime.Kernels.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Backbone;

/// <summary>
/// Causal attention as one autograd function, tile by tile, so that weights [queries, keys] never exist at once: y_q = Σ_p w_qp·v_p, w_q =
/// softmax of α·q·k_p over the keys up to the query's own, at most the window of them.
/// </summary>
/// <remarks>
/// After FlashAttention (Dao et al. 2022; Dao 2023): backward computes weights again. With the gradient g to y: dv_p = Σ_q w_qp·g_q,
/// dw_qp = g_q·v_p, ds_qp = w_qp·(dw_qp − Σ_i w_qi·dw_qi), dq = α·Σ_p ds_qp·k_p, dk_p = α·Σ_q ds_qp·q. Where that has a running maximum
/// over tiles of keys, a tile of queries has all its scores here, which for contexts of some thousand keys stay in the cache. What is
/// g_q·y_q there is the equal Σ_i w_qi·dw_qi here: y is not read again.
/// </remarks>
internal sealed class FusedAttention : ReleasingFunction<FusedAttention>
{
    private const string Kernel = "kernel";
    private const string Sizes = "sizes";

    /// <summary>Below, most of a tile's queries would be zeros.</summary>
    private const long LeastTokens = 16;

    /// <summary>Above, nothing is measured: the scores of a tile's queries leave the second-level cache.</summary>
    private const long MostKeys = 4096;

    /// <summary>Of a key and a value; above, nothing is measured either.</summary>
    private const long MostChannels = 256;

    /// <inheritdoc/>
    public override string Name => nameof(FusedAttention);

    /// <summary>The kernel for such tensors, where it is faster than libtorch's; null elsewhere. It is so where the matmuls of this library
    /// are.</summary>
    /// <param name="query_SALC">Queries.</param>
    /// <param name="key_SGPC">Keys.</param>
    /// <param name="value_SGPW">Values.</param>
    public static AttentionKernel? Find(Tensor query_SALC, Tensor key_SGPC, Tensor value_SGPW)
    {
        var (tokens, keys, channels, valueChannels) = (query_SALC.shape[2], key_SGPC.shape[2], key_SGPC.shape[3], value_SGPW.shape[3]);
        var unit = channels | valueChannels;
        if (CpuKernels.Detected is not { } kernels || tokens < LeastTokens || keys > MostKeys || channels + valueChannels > MostChannels
            || unit % Lanes256.Count != 0 || !IsServed(query_SALC) || !IsServed(key_SGPC) || !IsServed(value_SGPW)
            || kernels.OwnProduct(tokens * keys * channels) is null)
        {
            return null;
        }

        return AttentionKernel.Create(kernels.Torch, unit % Lanes512.Count == 0 ? Lanes512.Count : Lanes256.Count);
    }

    /// <summary>Mixes float32 values; recorded for backward only where an input wants a gradient.</summary>
    /// <param name="kernel">Its vectors divide both numbers of channels.</param>
    /// <param name="query_SALC">Queries of L tokens.</param>
    /// <param name="key_SGPC">Keys of P tokens, of which the last L stand where the queries do; G divides A.</param>
    /// <param name="value_SGPW">Their values.</param>
    /// <param name="scale">α.</param>
    /// <param name="window">How many keys a query sees at most; null sees all up to its own.</param>
    /// <returns>[S, A, L, W], in memory [S, L, A, W].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other, or the kernel.</exception>
    public static Tensor Compute(
        AttentionKernel kernel, Tensor query_SALC, Tensor key_SGPC, Tensor value_SGPW, double scale, int? window)
    {
        var sizes = AttentionSizes.Of(query_SALC, key_SGPC, value_SGPW, scale, window);
        var (query, key, value) = (HeadTensor.Readable(query_SALC), HeadTensor.Readable(key_SGPC), HeadTensor.Readable(value_SGPW));
        return is_grad_enabled() && (query.requires_grad || key.requires_grad || value.requires_grad)
            ? apply(query, key, value, kernel, sizes)
            : Forward(kernel, sizes, query, key, value, null);
    }

    /// <inheritdoc/>
    protected override Tensor Output(autograd.AutogradContext ctx, object[] vars)
    {
        var (query, key, value) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        var (kernel, sizes) = ((AttentionKernel)vars[3], (AttentionSizes)vars[4]);
        var sums_2SAL = empty([2, sizes.Sequences, sizes.Heads, sizes.Tokens], ScalarType.Float32);
        ctx.save_data(Kernel, kernel);
        ctx.save_data(Sizes, sizes);
        ctx.save_for_backward([query, key, value, sums_2SAL]);
        return Forward(kernel, sizes, query, key, value, sums_2SAL);
    }

    /// <inheritdoc/>
    protected override List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor upstream)
    {
        using var scope = NewDisposeScope();
        var sizes = (AttentionSizes)ctx.get_data(Sizes);
        var wanted = WantedOf(ctx);
        var saved = ctx.get_saved_variables();
        var gradients = new AttentionGradients(
            wanted[0] ? HeadTensor.Empty(sizes.Sequences, sizes.Heads, sizes.Tokens, sizes.Channels) : null,
            wanted[1] ? HeadTensor.Empty(sizes.Sequences, sizes.KeyHeads, sizes.Keys, sizes.Channels) : null,
            wanted[2] ? HeadTensor.Empty(sizes.Sequences, sizes.KeyHeads, sizes.Keys, sizes.ValueChannels) : null);
        ((AttentionKernel)ctx.get_data(Kernel)).Backward(
            sizes, new(saved[0], saved[1], saved[2]), saved[3], HeadTensor.Readable(upstream), gradients);
        return
        [
            gradients.Query_SALC?.MoveToOuterDisposeScope()!, gradients.Key_SGPC?.MoveToOuterDisposeScope()!,
            gradients.Value_SGPW?.MoveToOuterDisposeScope()!, null!, null!,
        ];
    }

    private static bool IsServed(Tensor x) => x.device_type == DeviceType.CPU && x.dtype == ScalarType.Float32 && x.numel() > 0;

    private static Tensor Forward(AttentionKernel kernel, AttentionSizes sizes, Tensor query, Tensor key, Tensor value, Tensor? sums_2SAL)
    {
        var output_SALW = HeadTensor.Empty(sizes.Sequences, sizes.Heads, sizes.Tokens, sizes.ValueChannels);
        kernel.Forward(sizes, new(query, key, value), sums_2SAL, output_SALW);
        return output_SALW;
    }
}
