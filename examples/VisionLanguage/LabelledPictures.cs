using LibMoE.Runtime;

namespace VisionLanguage;

/// <summary>A picture with its labels.</summary>
/// <param name="Image">The picture's name.</param>
/// <param name="Labels">For each group of labels those of the regions, row by row; <see cref="LabelledPictures.Unknown"/> where one is not
/// known.</param>
internal sealed record LabelledPicture(string Image, IReadOnlyList<IReadOnlyList<int>> Labels);

/// <summary>Names of which one holds.</summary>
internal sealed record LabelGroup(string Name, IReadOnlyList<string> Labels);

/// <summary>Pictures with their labels, decoded once.</summary>
internal sealed class LabelledPictures
{
    /// <summary>The label of a region of which it is not known.</summary>
    public const int Unknown = -1;

    private readonly IReadOnlyList<LabelledPicture> _pictures;
    private readonly byte[][] _squares;
    private readonly float[] _values;

    public LabelledPictures(IReadOnlyList<LabelledPicture> pictures, Func<string, RgbImage> read)
    {
        _pictures = pictures;
        _squares = new byte[pictures.Count][];
        Parallel.For(0, pictures.Count, at => _squares[at] = PictureTask.Processor.Square(read(pictures[at].Image)).Pixels);
        _values = [.. Enumerable.Range(0, 256)
            .Select(value => (float)((value / 255.0 - PictureTask.Processor.Mean[0]) / PictureTask.Processor.Std[0]))];
    }

    /// <summary>How many there are.</summary>
    public int Count => _pictures.Count;

    /// <summary>The labels of a picture: for each group those of the regions, row by row.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Labels(int picture) => _pictures[picture].Labels;

    /// <summary>Writes a picture [3, S, S], moved and perhaps mirrored; what moves in repeats the border.</summary>
    public void Write(PictureDraw draw, Span<float> values)
    {
        const int Size = PictureTask.Size;
        var pixels = _squares[draw.Picture];
        for (var row = 0; row < Size; row++)
        {
            var from = Math.Clamp(row - draw.Down, 0, Size - 1) * Size;
            for (var column = 0; column < Size; column++)
            {
                var seen = Math.Clamp((draw.Mirrored ? Size - 1 - column : column) - draw.Right, 0, Size - 1);
                var (pixel, place) = (3 * (from + seen), row * Size + column);
                values[place] = _values[pixels[pixel]];
                values[Size * Size + place] = _values[pixels[pixel + 1]];
                values[2 * Size * Size + place] = _values[pixels[pixel + 2]];
            }
        }
    }
}

/// <summary>How a picture is shown.</summary>
/// <param name="Picture">Its number.</param>
/// <param name="Mirrored">Whether left and right change places.</param>
/// <param name="Right">Pixels that it is moved to the right, before it is mirrored.</param>
/// <param name="Down">Pixels that it is moved down.</param>
internal readonly record struct PictureDraw(int Picture, bool Mirrored = false, int Right = 0, int Down = 0)
{
    /// <summary>One of a number of pictures, moved by at most so many pixels.</summary>
    public static PictureDraw Of(Random random, int pictures, int reach) =>
        new(random.Next(pictures), random.Next(2) == 1, random.Next(-reach, reach + 1), random.Next(-reach, reach + 1));
}
