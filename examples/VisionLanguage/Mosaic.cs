using LibMoE.Runtime;

namespace VisionLanguage;

/// <summary>Two rows of two garments on black.</summary>
/// <param name="Name">The picture's name.</param>
/// <param name="Source">Where the garments are from.</param>
/// <param name="Kinds">Their kinds, row by row.</param>
/// <param name="Places">Which garments they are.</param>
internal sealed record Mosaic(string Name, Garments Source, IReadOnlyList<int> Kinds, IReadOnlyList<int> Places)
{
    /// <summary>How many garments.</summary>
    public const int Cells = 4;

    private const int Cell = PictureTask.Size / 2;
    private const int Border = (Cell - Garments.Side) / 2;

    /// <summary>Takes garments of given kinds at random.</summary>
    public static Mosaic Draw(string name, Garments source, IReadOnlyList<int> kinds, Random random) =>
        new(name, source, kinds, [.. kinds.Select(kind => source.OfKind[kind][random.Next(source.OfKind[kind].Count)])]);

    /// <summary>The picture.</summary>
    public RgbImage Paint()
    {
        var rgb = new byte[3 * PictureTask.Size * PictureTask.Size];
        for (var cell = 0; cell < Cells; cell++)
        {
            var (top, left) = (cell / 2 * Cell + Border, cell % 2 * Cell + Border);
            for (var pixel = 0; pixel < Garments.Side * Garments.Side; pixel++)
            {
                var place = (top + pixel / Garments.Side) * PictureTask.Size + left + pixel % Garments.Side;
                rgb.AsSpan(3 * place, 3).Fill(Source.Pixels[Places[cell] * Garments.Side * Garments.Side + pixel]);
            }
        }

        return new RgbImage(PictureTask.Size, PictureTask.Size, rgb);
    }
}
