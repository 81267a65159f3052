using LibMoE.Runtime.Kernels.Backbone;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>
/// softmax(α·q·kᵀ)·v over the tokens that a token sees: itself and those before it, at most W with a window. With a sink s of each head the
/// weights are exp(a_j)/(exp(s) + Σ_i exp(a_i)): one more key of score s, whose value is 0.
/// </summary>
/// <param name="scale">α; null takes 1/√C, C the channels of a head.</param>
/// <param name="window">W; null sees everything before.</param>
internal sealed class AttentionProduct(double? scale, int? window)
{
    /// <summary>Heads of a multiple of so many channels go the fast way of libtorch.</summary>
    private const long Alignment = 8;

    /// <summary>From here on libtorch's causal kernel, which leaves out what no query sees, gains more than keys cost that are repeated:
    /// docs/log.md.</summary>
    private const long ManyKeys = 512;

    /// <summary>Mixes values. Where there are fewer heads of keys than of queries, A/G query heads, one behind the other, share
    /// one.</summary>
    /// <param name="query_SALC">Queries of L tokens.</param>
    /// <param name="key_SGPC">Keys of P tokens, of which the last L stand where the queries do; G divides A.</param>
    /// <param name="value_SGPC">Their values.</param>
    /// <param name="sink_A">The sink of each head; null without.</param>
    /// <returns>[S, A, L, C], in the caller's dispose scope.</returns>
    public Tensor Run(Tensor query_SALC, Tensor key_SGPC, Tensor value_SGPC, Tensor? sink_A)
    {
        var (tokens, sharing) = (query_SALC.shape[2], query_SALC.shape[1] / key_SGPC.shape[1]);
        if (window is { } most && key_SGPC.shape[2] > tokens + most - 1)
        {
            // No query sees what stands before the first one's window.
            (key_SGPC, value_SGPC) = (Last(key_SGPC, tokens + most - 1), Last(value_SGPC, tokens + most - 1));
        }

        if (sink_A is null && FusedAttention.Find(query_SALC, key_SGPC, value_SGPC) is { } kernel)
        {
            return FusedAttention.Compute(
                kernel, query_SALC, key_SGPC, value_SGPC, scale ?? 1 / Math.Sqrt(query_SALC.shape[3]), window);
        }

        if (sink_A is null && sharing > 1 && (tokens == 1 || key_SGPC.shape[2] < ManyKeys))
        {
            return Stacked(Stretched(query_SALC, query_SALC.shape[3]), key_SGPC, value_SGPC);
        }

        var (key_SAPC, value_SAPC) = (Repeated(key_SGPC, sharing), Repeated(value_SGPC, sharing));
        return sink_A is null
            ? Product(Stretched(query_SALC, query_SALC.shape[3]), key_SAPC, value_SAPC)
            : WithSink(query_SALC, key_SAPC, value_SAPC, sink_A);
    }

    private static Tensor Last(Tensor x_SAPC, long tokens) => x_SAPC.narrow(2, x_SAPC.shape[2] - tokens, tokens);

    private static Tensor Repeated(Tensor x_SGPC, long times) => times == 1 ? x_SGPC : x_SGPC.repeat_interleave(times, dim: 1);

    /// <summary>The queries of heads that share keys as further queries of one head, N of them: keys and values are read where they
    /// are.</summary>
    private Tensor Stacked(Tensor query_SALC, Tensor key_SGPC, Tensor value_SGPC)
    {
        var (sequences, heads, tokens, channels) = (query_SALC.shape[0], query_SALC.shape[1], query_SALC.shape[2], query_SALC.shape[3]);
        var query_SGNC = query_SALC.reshape(sequences, key_SGPC.shape[1], -1, channels);
        var seen_NP = tokens == 1 ? null
            : Seen(tokens, key_SGPC.shape[2] - tokens, query_SALC.device).repeat(heads / key_SGPC.shape[1], 1);
        return nn.functional.scaled_dot_product_attention(query_SGNC, key_SGPC, value_SGPC, attn_mask: seen_NP)
            .reshape(sequences, heads, tokens, channels);
    }

    private Tensor Product(Tensor query_SALC, Tensor key_SAPC, Tensor value_SAPC)
    {
        var (tokens, past) = (query_SALC.shape[2], key_SAPC.shape[2] - query_SALC.shape[2]);
        var narrow = window < past + tokens && tokens > 1;
        return !narrow && (past == 0 || tokens == 1)
            ? nn.functional.scaled_dot_product_attention(query_SALC, key_SAPC, value_SAPC, is_casual: past == 0)
            : nn.functional.scaled_dot_product_attention(
                query_SALC, key_SAPC, value_SAPC, attn_mask: Seen(tokens, past, query_SALC.device));
    }

    /// <summary>A channel beside the others meets 1 in every query and α⁻¹·s in the sink's key alone, so that libtorch's kernels, which
    /// know of no sinks, need no matrix of scores. M channels more make E; R = 1 + P keys.</summary>
    private Tensor WithSink(Tensor query_SALC, Tensor key_SAPC, Tensor value_SAPC, Tensor sink_A)
    {
        var (sequences, heads, tokens, channels) = (query_SALC.shape[0], query_SALC.shape[1], query_SALC.shape[2], query_SALC.shape[3]);
        var more = Alignment - channels % Alignment;
        var (dtype, device) = (query_SALC.dtype, query_SALC.device);
        var one_M = cat([ones(1, dtype, device), zeros(more - 1, dtype, device)]);
        var query_SALE = cat([Stretched(query_SALC, channels + more), one_M.expand(sequences, heads, tokens, more)], -1);
        var score_A = sink_A.to(dtype).Times(Math.Sqrt(channels + more));
        var sink_SAE = cat([zeros([heads, channels], dtype, device), score_A.unsqueeze(1) * one_M], -1).expand(sequences, -1, -1);
        var key_SARE = cat([sink_SAE.unsqueeze(2), Widened(key_SAPC, more)], 2);
        var value_SARE = cat([zeros([sequences, heads, 1, channels + more], dtype, device), Widened(value_SAPC, more)], 2);

        // A single query sees every key that is left, and the sink.
        var seen_LR = tokens == 1 ? null
            : cat([ones([tokens, 1], ScalarType.Bool, device), Seen(tokens, key_SAPC.shape[2] - tokens, device)], 1);
        return nn.functional.scaled_dot_product_attention(query_SALE, key_SARE, value_SARE, attn_mask: seen_LR).narrow(3, 0, channels);
    }

    private static Tensor Widened(Tensor x_SAPC, long channels) =>
        cat([x_SAPC, zeros([.. x_SAPC.shape[..3], channels], x_SAPC.dtype, x_SAPC.device)], -1);

    /// <summary>libtorch divides by the root of the channels that it sees.</summary>
    private Tensor Stretched(Tensor query_SALC, long seenChannels)
    {
        var factor = (scale ?? 1 / Math.Sqrt(query_SALC.shape[3])) * Math.Sqrt(seenChannels);
        return scale is null && seenChannels == query_SALC.shape[3] ? query_SALC : query_SALC.Times(factor);
    }

    /// <summary>Which of P keys each of the last L tokens sees, bool [L, P].</summary>
    private Tensor Seen(long tokens, long past, Device device)
    {
        var seen_LP = ones(tokens, past + tokens, dtype: ScalarType.Bool, device: device).tril(past);
        return window is { } most ? seen_LP.triu(past - most + 1) : seen_LP;
    }
}
