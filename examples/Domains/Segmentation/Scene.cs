using VisionLanguage;

namespace Segmentation;

/// <summary>
/// A mosaic of four garments, two in each of two rows, each a little off its place, on grey noise: on black every pixel would say by itself
/// whether it is of a garment.
/// </summary>
/// <param name="Pixels">From black to white, row by row from the top.</param>
/// <param name="Classes">What each pixel is of: an index into <see cref="Kinds"/>.</param>
internal sealed record Scene(byte[] Pixels, byte[] Classes)
{
    /// <summary>Pixels of a side.</summary>
    public const int Side = 64, Size = Side * Side;

    public const int Background = 0;

    private const int Place = Side / 2, Slack = Place - Garments.Side;

    /// <summary>The brightest background that a scene may have.</summary>
    private const int Brightest = 160;

    /// <summary>Background, then the garments in the order of their labels.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["background", .. Garments.Names];

    /// <summary>Takes garments at random; a garment covers what of it is not black.</summary>
    public static Scene Draw(Garments garments, Random random)
    {
        var (pixels, classes) = (new byte[Size], new byte[Size]);
        var brightest = random.Next(1, Brightest + 1);
        for (var pixel = 0; pixel < Size; pixel++)
        {
            pixels[pixel] = (byte)random.Next(brightest);
        }

        for (var place = 0; place < 4; place++)
        {
            var garment = random.Next(garments.Kinds.Count);
            var (top, left) = (place / 2 * Place + random.Next(Slack + 1), place % 2 * Place + random.Next(Slack + 1));
            for (var part = 0; part < Garments.Side * Garments.Side; part++)
            {
                var at = (top + part / Garments.Side) * Side + left + part % Garments.Side;
                if (garments.Pixels[garment * Garments.Side * Garments.Side + part] is > 0 and var grey)
                {
                    (pixels[at], classes[at]) = (grey, (byte)(1 + garments.Kinds[garment]));
                }
            }
        }

        return new Scene(pixels, classes);
    }
}
