using LibMoE.Runtime;

namespace Images;

/// <summary>Square grey images, and what each shows.</summary>
internal sealed class GreyImages
{
    private readonly int _side;

    /// <summary>Takes images that lie one after the other.</summary>
    /// <param name="pixels">Row by row, from black to white.</param>
    /// <param name="labels">The class of each.</param>
    /// <param name="origin">Where they are from, for the message.</param>
    /// <exception cref="InvalidDataException">There are not as many pixels as so many squares have.</exception>
    public GreyImages(byte[] pixels, byte[] labels, string origin)
    {
        (Pixels, Labels, Origin, _side) = (pixels, labels, origin, (int)Math.Sqrt(pixels.Length / Math.Max(1, labels.Length)));
        if (labels.Length == 0 || pixels.Length != labels.Length * _side * _side)
        {
            throw new InvalidDataException(
                $"{origin} has {pixels.Length} pixels and {labels.Length} labels; there must be a label, and a square for each.");
        }
    }

    public byte[] Pixels { get; }

    public byte[] Labels { get; }

    public string Origin { get; }

    /// <summary>The first images of each class, in their order.</summary>
    public GreyImages First(int each) => Take([.. Labels.Index().GroupBy(image => image.Item)
        .SelectMany(kind => kind.Take(each)).Select(image => image.Index).Order()]);

    /// <summary>All in the order of their pixels, then labels: the same whatever order a copy of the set has.</summary>
    public GreyImages Sorted()
    {
        int[] order = [.. Enumerable.Range(0, Labels.Length)];
        Array.Sort(order, (one, other) => Of(one).SequenceCompareTo(Of(other)) is not 0 and var sign
            ? sign : Labels[one].CompareTo(Labels[other]));
        return Take(order);
    }

    /// <summary>As examples with pixels from −1 to 1.</summary>
    public LabelledRows Rows() =>
        new([.. Pixels.Select(pixel => pixel / 127.5f - 1)], [1, _side, _side], [.. Labels.Select(label => (int)label)]);

    private GreyImages Take(int[] images) =>
        new([.. images.SelectMany(image => Of(image).ToArray())], [.. images.Select(image => Labels[image])], Origin);

    private ReadOnlySpan<byte> Of(int image) => Pixels.AsSpan(image * _side * _side, _side * _side);
}
