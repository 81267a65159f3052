using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners;

/// <summary>Images as an encoder takes them. The squares of small sets of images are kept, 8 bits a colour, so that each is decoded
/// once.</summary>
/// <param name="read">Decodes an image by its name.</param>
/// <param name="processor">Makes of images what the encoder takes.</param>
internal sealed class SquareImages(Func<string, RgbImage> read, ImageProcessor processor)
{
    private const long MostBytes = 256L << 20;

    private readonly Dictionary<string, byte[]> _kept = [];
    private readonly float[][] _values = [.. Enumerable.Range(0, 3).Select(processor.Normalised)];

    /// <summary>Images side by side, [I, 3, S, S] float32 on the CPU.</summary>
    /// <param name="names">Their names; without one the result has no image.</param>
    /// <exception cref="ImageFileException">An image cannot be shown; none is ever replaced by a blank one.</exception>
    public Tensor Batch(IReadOnlyList<string> names)
    {
        var (size, plane) = (processor.Size, processor.Size * processor.Size);
        var values = new float[(long)names.Count * 3 * plane];
        var squares = Squares(names);
        Parallel.For(0, names.Count, image =>
        {
            var pixels = squares[image];
            var first = (long)image * 3 * plane;
            for (var colour = 0; colour < 3; colour++)
            {
                var table = _values[colour];
                for (var pixel = 0; pixel < plane; pixel++)
                {
                    values[first + colour * plane + pixel] = table[pixels[3 * pixel + colour]];
                }
            }
        });
        return tensor(values, [names.Count, 3, size, size]);
    }

    /// <summary>An image as it is seen.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ImageFileException">It cannot be shown.</exception>
    public RgbImage Of(string name) => new(processor.Size, processor.Size, Square(name));

    /// <summary>The squares; of several images that cannot be shown the first is named.</summary>
    private byte[][] Squares(IReadOnlyList<string> names)
    {
        var squares = new byte[names.Count][];
        try
        {
            Parallel.For(0, names.Count, image => squares[image] = Square(names[image]));
        }
        catch (AggregateException several) when (several.InnerExceptions.All(one => one is ImageFileException))
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }

        return squares;
    }

    private byte[] Square(string name)
    {
        lock (_kept)
        {
            if (_kept.TryGetValue(name, out var kept))
            {
                return kept;
            }
        }

        var pixels = processor.Square(read(name), name).Pixels;
        lock (_kept)
        {
            if ((_kept.Count + 1L) * pixels.Length <= MostBytes)
            {
                _kept[name] = pixels;
            }
        }

        return pixels;
    }
}
