using LibMoE.Runtime;

namespace Detection;

/// <summary>A smear as it is learned from: mirrored by the toss of two coins, since cells have no upside, and each colour a little stronger
/// or weaker.</summary>
/// <param name="Smear">The smear.</param>
/// <param name="Across">Whether left and right change places.</param>
/// <param name="Down">Whether top and bottom do.</param>
/// <param name="Gains">Factors on red, green and blue.</param>
internal sealed record SmearDraw(Smear Smear, bool Across, bool Down, IReadOnlyList<double> Gains)
{
    private const double MostGain = 0.1;

    /// <summary>As it is.</summary>
    public SmearDraw(Smear smear)
        : this(smear, Across: false, Down: false, [1, 1, 1])
    {
    }

    public static SmearDraw Of(IReadOnlyList<Smear> smears, Random random) => new(
        smears[random.Next(smears.Count)], random.Next(2) == 0, random.Next(2) == 0,
        [.. Enumerable.Range(0, 3).Select(_ => 1 + MostGain * (2 * random.NextDouble() - 1))]);

    /// <summary>The cells, where they then are.</summary>
    public IReadOnlyList<Cell> Cells => [.. Smear.Cells.Select(cell => cell with { Box = Mirrored(cell.Box) })];

    /// <summary>Writes the colours as planes, [3, rows, columns], about from −1 to 1.</summary>
    public void Write(Span<float> planes)
    {
        const int Plane = Smear.Width * Smear.Height;
        for (var pixel = 0; pixel < Plane; pixel++)
        {
            var (row, column) = (pixel / Smear.Width, pixel % Smear.Width);
            var from = 3 * ((Down ? Smear.Height - 1 - row : row) * Smear.Width + (Across ? Smear.Width - 1 - column : column));
            for (var colour = 0; colour < 3; colour++)
            {
                planes[colour * Plane + pixel] = (float)(Smear.Pixels[from + colour] * Gains[colour] / 127.5 - 1);
            }
        }
    }

    private Box Mirrored(Box box)
    {
        box = Across ? box with { Left = Smear.Width - box.Right, Right = Smear.Width - box.Left } : box;
        return Down ? box with { Top = Smear.Height - box.Bottom, Bottom = Smear.Height - box.Top } : box;
    }
}
