namespace LibMoE.Runtime.Data.Sampling;

/// <summary>The order of rows over epochs without an end, each with an order of its own, which follows from the seed.</summary>
internal static class EpochOrder
{
    /// <summary>The row at a position.</summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="seed">Decides all orders.</param>
    /// <param name="position">From 0.</param>
    public static int RowAt(int rows, long seed, long position)
    {
        var epoch = (ulong)(position / rows);
        var order = new ShuffledOrder(rows, ShuffledOrder.Mix(ShuffledOrder.Mix((ulong)seed) + epoch));
        return (int)order[position % rows];
    }
}
