using System.Runtime.CompilerServices;
using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Backbone.Attending;

/// <summary>From scores to weights and their gradients, for the queries of a tile. A row of scores belongs to a key, so that vectors go
/// over queries and no sum goes over lanes.</summary>
internal static unsafe class TileWeights<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>Below this exp is 0 here; <see cref="LaneMath.Exp"/> would give a number of the size 1e-38.</summary>
    private const float LeastExponent = -87;

    private static ReadOnlySpan<float> Numbers =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
    ];

    /// <summary>−∞ for keys that a query does not see.</summary>
    public static void Mask(in QueryTile tile, float* scores_PQ)
    {
        // Keys before early are out of some query's window, those from late on stand behind some query.
        var (early, late) = (tile.Diagonal + QueryTile.Queries - tile.Window - tile.FirstKey, tile.Diagonal + 1 - tile.FirstKey);
        for (var p = 0; p < Math.Min(early, tile.Keys); p++)
        {
            MaskRow(tile, p, scores_PQ);
        }

        for (var p = Math.Max(0, Math.Max(early, late)); p < tile.Keys; p++)
        {
            MaskRow(tile, p, scores_PQ);
        }
    }

    /// <summary>w = exp(s − m), in the place of scores, with m the largest score of a query and 1/Σ w of each.</summary>
    public static void Softmax(float* scores_PQ, int keys, float* largest_Q, float* inverse_Q)
    {
        for (var q = 0; q < QueryTile.Queries; q += 2 * TLanes.Count, scores_PQ += 2 * TLanes.Count)
        {
            var (m0, m1) = (TLanes.Broadcast(float.NegativeInfinity), TLanes.Broadcast(float.NegativeInfinity));
            var s = scores_PQ;
            for (var p = 0; p < keys; p++, s += QueryTile.Queries)
            {
                (m0, m1) = (TLanes.Max(m0, TLanes.Load(s)), TLanes.Max(m1, TLanes.Load(s + TLanes.Count)));
            }

            var (sum0, sum1) = (TLanes.Broadcast(0f), TLanes.Broadcast(0f));
            s = scores_PQ;
            for (var p = 0; p < keys; p++, s += QueryTile.Queries)
            {
                var (w0, w1) = (Exp(TLanes.Load(s) - m0), Exp(TLanes.Load(s + TLanes.Count) - m1));
                TLanes.Store(w0, s);
                TLanes.Store(w1, s + TLanes.Count);
                (sum0, sum1) = (sum0 + w0, sum1 + w1);
            }

            TLanes.Store(m0, largest_Q + q);
            TLanes.Store(m1, largest_Q + q + TLanes.Count);
            TLanes.Store(TLanes.Broadcast(1f) / sum0, inverse_Q + q);
            TLanes.Store(TLanes.Broadcast(1f) / sum1, inverse_Q + q + TLanes.Count);
        }
    }

    /// <summary>w = exp(s − m)·i in the place of scores, and ds = w ⊙ (dw − Σ w ⊙ dw) in the place of the gradients to weights; i is 1/Σ
    /// exp(s − m).</summary>
    public static void Backward(float* scores_PQ, float* gradients_PQ, int keys, float* largest_Q, float* inverse_Q)
    {
        for (var q = 0; q < QueryTile.Queries; q += TLanes.Count, scores_PQ += TLanes.Count, gradients_PQ += TLanes.Count)
        {
            var (m, inverse, sum) = (TLanes.Load(largest_Q + q), TLanes.Load(inverse_Q + q), TLanes.Broadcast(0f));
            var s = scores_PQ;
            var g = gradients_PQ;
            for (var p = 0; p < keys; p++, s += QueryTile.Queries, g += QueryTile.Queries)
            {
                var w = Exp(TLanes.Load(s) - m) * inverse;
                TLanes.Store(w, s);
                sum = TLanes.MultiplyAdd(w, TLanes.Load(g), sum);
            }

            s = scores_PQ;
            g = gradients_PQ;
            for (var p = 0; p < keys; p++, s += QueryTile.Queries, g += QueryTile.Queries)
            {
                TLanes.Store(TLanes.Load(s) * (TLanes.Load(g) - sum), g);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Exp(TLanes x) =>
        TLanes.SelectGreater(TLanes.Broadcast(LeastExponent), x, TLanes.Broadcast(0f), LaneMath.Exp(x));

    private static void MaskRow(in QueryTile tile, int key, float* scores_PQ)
    {
        var distance = tile.FirstKey + key - tile.Diagonal;
        var (before, end) = (TLanes.Broadcast(distance - 0.5f), TLanes.Broadcast(distance + tile.Window - 0.5f));
        var unseen = TLanes.Broadcast(float.NegativeInfinity);
        var scores_Q = scores_PQ + key * QueryTile.Queries;
        fixed (float* numbers = Numbers)
        {
            for (var q = 0; q < QueryTile.Queries; q += TLanes.Count)
            {
                var (query, score) = (TLanes.Load(numbers + q), TLanes.Load(scores_Q + q));
                score = TLanes.SelectGreater(query, before, score, unseen);
                TLanes.Store(TLanes.SelectGreater(end, query, score, unseen), scores_Q + q);
            }
        }
    }
}
