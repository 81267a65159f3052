using System.Runtime.CompilerServices;
using LibMoE.Runtime.Kernels.Lanes;
using LibMoE.Runtime.Kernels.Matmul;

namespace LibMoE.Runtime.Kernels.Backbone.Attending;

/// <summary>Rows on their way from tensors into scratch memory and back. Channels are a multiple of the vector width.</summary>
internal static unsafe class TileRows<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>The rows times a factor, one behind the other, filled up with rows of 0.</summary>
    public static void Pack(Strided rows, int count, int filled, int channels, float factor, float* packed)
    {
        for (var row = 0; row < count; row++, packed += channels)
        {
            Copy(rows.Row(row).Pointer, channels, factor, packed);
        }

        new Span<float>(packed, (filled - count) * channels).Clear();
    }

    /// <summary>Packed rows times a factor, where they belong.</summary>
    public static void Unpack(float* packed, int count, int channels, float factor, Strided rows)
    {
        for (var row = 0; row < count; row++, packed += channels)
        {
            Copy(packed, channels, factor, rows.Row(row).Pointer);
        }
    }

    /// <summary>The same with a factor of each row.</summary>
    public static void Unpack(float* packed, int count, int channels, float* factors, Strided rows)
    {
        for (var row = 0; row < count; row++, packed += channels)
        {
            Copy(packed, channels, factors[row], rows.Row(row).Pointer);
        }
    }

    /// <summary>turned[c, q] = packed[q, c] for the queries of a tile.</summary>
    public static void Turn(float* packed_QC, int channels, float* turned_CQ)
    {
        if (TLanes.Count == Panel.Block && PanelProduct.IsSupported)
        {
            for (var q = 0; q < QueryTile.Queries; q += Panel.Block)
            {
                for (var c = 0; c < channels; c += Panel.Block)
                {
                    Panel.TransposeBlock(
                        packed_QC + q * channels + c, channels, turned_CQ + c * QueryTile.Queries + q, QueryTile.Queries);
                }
            }

            return;
        }

        for (var c = 0; c < channels; c++, turned_CQ += QueryTile.Queries)
        {
            for (var q = 0; q < QueryTile.Queries; q++)
            {
                turned_CQ[q] = packed_QC[q * channels + c];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(float* from, int channels, float factor, float* to)
    {
        var wide = TLanes.Broadcast(factor);
        for (var c = 0; c < channels; c += TLanes.Count)
        {
            TLanes.Store(TLanes.Load(from + c) * wide, to + c);
        }
    }
}
