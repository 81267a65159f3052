namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>All or part of one expert's rows, whose weight gradients one thread sums.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Partial">−1: the sum goes to the gradient itself; else which of the partial sums it is.</param>
internal readonly record struct GradientUnit(RowTile Rows, int Partial)
{
    /// <summary>
    /// One unit per expert needs no partial sums; with several threads, an expert that would keep one of them busy after the others are
    /// done is cut.
    /// </summary>
    public static List<GradientUnit> Cut(ReadOnlySpan<int> offsets, int workers, int least)
    {
        var rows = offsets[^1] - offsets[0];
        var most = workers == 1 ? Math.Max(rows, 1) : Math.Max(least, rows / (4 * workers));
        var units = new List<GradientUnit>();
        var partials = 0;
        foreach (var tile in RowTile.Cut(offsets, most))
        {
            var continues = units.Count > 0 && units[^1].Rows.Expert == tile.Expert;
            units.Add(new GradientUnit(tile, continues ? partials++ : -1));
        }

        return units;
    }
}
