namespace Detection;

/// <summary>
/// What a net should say of a smear (Zhou et al. 2019, Objects as Points). In each kind's map a cell has 1 where a box has its middle, and
/// around it y falls like a Gaussian, which makes a wrong answer there cheaper; boxes are learned from near their middle too (TTFNet, Liu
/// et al. 2020).
/// </summary>
internal sealed class CentreTargets
{
    /// <summary>σ of the Gaussian over the box's side; TTFNet's 0.54/6.</summary>
    private const double Spread = 0.09;

    /// <summary>In cells.</summary>
    private const double LeastSpread = 0.4;

    private const int Reach = 4;

    public CentreTargets(IReadOnlyList<Cell> cells)
    {
        Array.Fill(Misses, 1);
        foreach (var cell in cells)
        {
            Add(cell);
        }

        Boxes = cells.Count;
    }

    /// <summary>How many boxes there are.</summary>
    public int Boxes { get; }

    /// <summary>1 in the middle of a box, [kinds, rows, columns].</summary>
    public float[] Hits { get; } = new float[Smear.Kinds.Count * Grid.Cells];

    /// <summary>(1 − y)⁴, which is 0 in the middle of a box, [kinds, rows, columns].</summary>
    public float[] Misses { get; } = new float[Smear.Kinds.Count * Grid.Cells];

    /// <summary>Where the box of each cell is, [4, rows, columns].</summary>
    public float[] Places { get; } = new float[Grid.BoxNumbers * Grid.Cells];

    /// <summary>How much each cell's box counts: the largest y there, [rows, columns].</summary>
    public float[] Weights { get; } = new float[Grid.Cells];

    private void Add(Cell cell)
    {
        var (x, y) = ((cell.Box.Left + cell.Box.Right) / 2 / Grid.Stride, (cell.Box.Top + cell.Box.Bottom) / 2 / Grid.Stride);
        var (middleColumn, middleRow) = (Math.Min((int)x, Grid.Columns - 1), Math.Min((int)y, Grid.Rows - 1));
        var across = Math.Max(LeastSpread, Spread * cell.Box.Width / Grid.Stride);
        var down = Math.Max(LeastSpread, Spread * cell.Box.Height / Grid.Stride);
        for (var row = Math.Max(0, middleRow - Reach); row <= Math.Min(Grid.Rows - 1, middleRow + Reach); row++)
        {
            for (var column = Math.Max(0, middleColumn - Reach); column <= Math.Min(Grid.Columns - 1, middleColumn + Reach); column++)
            {
                var (right, below) = ((column - middleColumn) / across, (row - middleRow) / down);
                var near = Math.Exp(-(right * right + below * below) / 2);
                var (place, at) = (row * Grid.Columns + column, (cell.Kind * Grid.Rows + row) * Grid.Columns + column);
                Misses[at] = Math.Min(Misses[at], (float)Math.Pow(1 - near, 4));
                if (near > Weights[place])
                {
                    Weights[place] = (float)near;
                    Place(place, x - (column + 0.5), y - (row + 0.5), cell);
                }
            }
        }

        Hits[(cell.Kind * Grid.Rows + middleRow) * Grid.Columns + middleColumn] = 1;
    }

    private void Place(int place, double right, double below, Cell cell)
    {
        Places[place] = (float)right;
        Places[Grid.Cells + place] = (float)below;
        Places[2 * Grid.Cells + place] = (float)Math.Log(cell.Box.Width / Grid.Usual);
        Places[3 * Grid.Cells + place] = (float)Math.Log(cell.Box.Height / Grid.Usual);
    }
}
