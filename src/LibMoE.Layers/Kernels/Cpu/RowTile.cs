namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>Some rows of one expert, counted from the first row of its group.</summary>
internal readonly record struct RowTile(int Expert, int Start, int Rows)
{
    /// <summary>Cuts every expert's rows into parts of about equal size, none above a limit.</summary>
    /// <param name="offsets">Where each expert's rows start, and the end of the last's.</param>
    /// <param name="most">The limit, a multiple of 8.</param>
    public static List<RowTile> Cut(ReadOnlySpan<int> offsets, int most)
    {
        var tiles = new List<RowTile>();
        for (var e = 0; e + 1 < offsets.Length; e++)
        {
            var rows = offsets[e + 1] - offsets[e];
            var parts = (rows + most - 1) / most;
            for (var (start, left) = (0, parts); left > 0; left--)
            {
                // Whole register blocks of the matmul, as long as they last.
                var size = Math.Min((((rows - start + left - 1) / left) + 7) / 8 * 8, rows - start);
                tiles.Add(new RowTile(e, offsets[e] + start - offsets[0], size));
                start += size;
            }
        }

        return tiles;
    }
}
