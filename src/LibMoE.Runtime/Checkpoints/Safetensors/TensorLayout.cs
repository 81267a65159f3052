using LibMoE.Runtime.Common;

namespace LibMoE.Runtime;

/// <summary>What a header says of one tensor: its name, element type and shape.</summary>
public sealed class TensorLayout
{
    /// <summary>The largest number that a shape may hold.</summary>
    public const long LargestDimension = (1L << 48) - 1;

    /// <summary>The most dimensions of a tensor; libtorch's operations take no more.</summary>
    public const int MostDimensions = 64;

    /// <summary>States the layout of a tensor.</summary>
    /// <param name="name">The name.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="shape">The sizes, slowest first; none for a scalar.</param>
    /// <exception cref="ArgumentException">The shape has no size in whole bytes below 2⁶³.</exception>
    public TensorLayout(string name, SafetensorsDType dtype, IReadOnlyList<long> shape)
    {
        if (shape.Count > MostDimensions || shape.Any(size => size is < 0 or > LargestDimension)
            || !TryCountBits(shape, dtype, out var bits) || bits % 8 != 0)
        {
            throw new ArgumentException(
                $"{MessageText.Quote(name)} of type {dtype.Name} has a shape that no file can hold: [{string.Join(", ", shape.Take(8))}].",
                nameof(shape));
        }

        Name = name;
        DType = dtype;
        Shape = shape;
        Bytes = bits / 8;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public SafetensorsDType DType { get; }

    /// <summary>The sizes, slowest first; none for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The size of the data in bytes.</summary>
    public long Bytes { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{MessageText.Quote(Name)} {DType.Name} [{string.Join(", ", Shape)}]";

    /// <summary>
    /// The bits of the data. A size of 0 makes the data empty but does not excuse the other sizes: their product must fit as well, since
    /// libtorch computes strides from it.
    /// </summary>
    /// <returns>Whether the product fits in 63 bits.</returns>
    internal static bool TryCountBits(IReadOnlyList<long> shape, SafetensorsDType dtype, out long bits)
    {
        var product = (UInt128)dtype.Bits;
        foreach (var size in shape)
        {
            product *= (UInt128)Math.Max(size, 1);   // below 2^63 · 2^48
            if (product > long.MaxValue)
            {
                bits = 0;
                return false;
            }
        }

        bits = shape.Contains(0) ? 0 : (long)product;
        return true;
    }
}
