using LibMoE.Runtime;

namespace Detection;

/// <summary>A cell as it was marked.</summary>
/// <param name="Kind">An index into <see cref="Smear.Kinds"/>.</param>
/// <param name="Box">Where it is, in pixels of the small image.</param>
internal readonly record struct Cell(int Kind, Box Box);

/// <summary>A stained blood smear, a quarter as wide and as high as it was taken.</summary>
/// <param name="Name">The file's name without its ending.</param>
/// <param name="Pixels">Red, green and blue of each pixel, row by row from the top.</param>
/// <param name="Cells">What was marked.</param>
internal sealed record Smear(string Name, byte[] Pixels, IReadOnlyList<Cell> Cells)
{
    /// <summary>Pixels of a row, and rows.</summary>
    public const int Width = 160, Height = 120;

    /// <summary>How many times as wide and as high it was taken.</summary>
    public int Scale { get; init; } = 1;

    public const int Red = 0, White = 1, Platelet = 2;

    public static IReadOnlyList<string> Kinds { get; } = ["red cell", "white cell", "platelet"];

    /// <summary>The boxes of one kind.</summary>
    public IReadOnlyList<Box> Of(int kind) => [.. Cells.Where(cell => cell.Kind == kind).Select(cell => cell.Box)];
}
