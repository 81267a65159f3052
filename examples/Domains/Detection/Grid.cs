namespace Detection;

/// <summary>The cells of 4 by 4 pixels in each of which a net says what lies there.</summary>
internal static class Grid
{
    /// <summary>Pixels of a side of a cell.</summary>
    public const int Stride = 4;

    public const int Columns = Smear.Width / Stride, Rows = Smear.Height / Stride, Cells = Columns * Rows;

    /// <summary>Numbers that say where a box is: how far its middle is from the cell's in cells, across and down, and ln of width and
    /// height over <see cref="Usual"/>.</summary>
    public const int BoxNumbers = 4;

    /// <summary>Pixels, about half of a red cell's side.</summary>
    public const double Usual = 16;
}
