using LibMoE.Runtime.Kernels.Lanes;
using LibMoE.Runtime.Kernels.Matmul;

namespace LibMoE.Runtime.Kernels.Backbone.Attending;

/// <summary>Products with the weights of a tile, or with gradients in their place, that leave out what causality makes 0.</summary>
internal static unsafe class TileMix<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private const int Rows = TileProduct<TLanes>.Rows;

    /// <summary>Keys whose rows stay in the first-level cache while all queries pass over them.</summary>
    private const int NearKeys = 128;

    /// <summary>Σ_p w_pq·x_p of each query.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="weights_PQ">The weights of its keys.</param>
    /// <param name="rows_PC">Rows of all keys.</param>
    /// <param name="channels">C, of those.</param>
    /// <param name="mixed_QC">The result.</param>
    public static void Queries(in QueryTile tile, float* weights_PQ, float* rows_PC, int channels, float* mixed_QC)
    {
        rows_PC += (long)tile.FirstKey * channels;
        for (var p = 0; p < tile.Keys; p += NearKeys)
        {
            for (var q = 0; q < QueryTile.Queries; q += Rows)
            {
                TileProduct<TLanes>.Multiply(
                    new(weights_PQ + p * QueryTile.Queries + q, 1, QueryTile.Queries), rows_PC + (long)p * channels, channels, Rows,
                    channels, Math.Min(NearKeys, tile.KeysUpTo(q + Rows - 1) - p), p == 0 ? Store.Over : Store.Added,
                    mixed_QC + q * channels, channels);
            }
        }
    }

    /// <summary>Adds Σ_q w_pq·x_q to each key's row.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="weights_PQ">The weights of its keys.</param>
    /// <param name="rows_QC">Rows of the queries.</param>
    /// <param name="channels">C, of those.</param>
    /// <param name="sums_PC">Sums of all keys.</param>
    public static void Keys(in QueryTile tile, float* weights_PQ, float* rows_QC, int channels, float* sums_PC)
    {
        sums_PC += (long)tile.FirstKey * channels;
        for (var p = 0; p < tile.Keys; p += Rows)
        {
            var first = tile.FirstQuery(p);
            TileProduct<TLanes>.Multiply(
                new(weights_PQ + p * QueryTile.Queries + first, QueryTile.Queries, 1), rows_QC + first * channels, channels, Rows, channels,
                QueryTile.Queries - first, Store.Added, sums_PC + (long)p * channels, channels);
        }
    }
}
