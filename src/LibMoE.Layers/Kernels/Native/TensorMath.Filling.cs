using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <content>Comparisons with a number, and tensors made of one.</content>
public static partial class TensorMath
{
    /// <summary>Whether x &lt; number.</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <param name="number">The number.</param>
    /// <returns>Bool, of x's shape, [..].</returns>
    public static Tensor IsBelow(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.lt(scalar);
    }

    /// <inheritdoc cref="IsBelow(Tensor, double)"/>
    public static Tensor IsBelow(this Tensor x, long number)
    {
        using var scalar = number.ToScalar();
        return x.lt(scalar);
    }

    /// <summary>Whether x ≥ number.</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <param name="number">The number.</param>
    /// <returns>Bool, of x's shape, [..].</returns>
    public static Tensor IsAtLeast(this Tensor x, long number)
    {
        using var scalar = number.ToScalar();
        return x.ge(scalar);
    }

    /// <summary>Whether x &gt; number.</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <param name="number">The number.</param>
    /// <returns>Bool, of x's shape, [..].</returns>
    public static Tensor IsAbove(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.gt(scalar);
    }

    /// <summary>Whether x = number.</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <param name="number">The number.</param>
    /// <returns>Bool, of x's shape, [..].</returns>
    public static Tensor Is(this Tensor x, long number)
    {
        using var scalar = number.ToScalar();
        return x.eq(scalar);
    }

    /// <summary>x with the number where the mask says so.</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <param name="mask">Bool, of a shape that fits x's, [..].</param>
    /// <param name="number">The number.</param>
    /// <returns>A new tensor of x's shape, [..].</returns>
    public static Tensor FilledWhere(this Tensor x, Tensor mask, long number)
    {
        using var scalar = number.ToScalar();
        return x.masked_fill(mask, scalar);
    }

    /// <summary>Writes the number into every element of x, and returns x.</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <param name="number">The number.</param>
    /// <returns>x itself, [..].</returns>
    public static Tensor Fill(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.fill_(scalar);
    }

    /// <summary>Multiplies every element of x in place, and returns x.</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <param name="number">The number.</param>
    /// <returns>x itself, [..].</returns>
    public static Tensor Scale(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.mul_(scalar);
    }

    /// <summary>A tensor with the same number everywhere.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="number">The number.</param>
    /// <param name="type">The element type.</param>
    /// <param name="device">Where the tensor is made; null is the CPU.</param>
    /// <returns>The tensor, of that shape [..].</returns>
    public static Tensor Full(long[] shape, double number, ScalarType type, Device? device = null)
    {
        using var scalar = number.ToScalar();
        return full(shape, scalar, type, device);
    }

    /// <inheritdoc cref="Full(long[], double, ScalarType, Device?)"/>
    public static Tensor Full(long[] shape, long number, ScalarType type, Device? device = null)
    {
        using var scalar = number.ToScalar();
        return full(shape, scalar, type, device);
    }

    /// <summary>0, 1, … below the end.</summary>
    /// <param name="end">The number that the last one stays below.</param>
    /// <param name="type">The element type.</param>
    /// <param name="device">Where the tensor is made; null is the CPU.</param>
    /// <returns>The numbers, [end].</returns>
    public static Tensor Range(long end, ScalarType type, Device? device = null) => Range(0, end, type, device);

    /// <summary>start, start + 1, … below the end.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="end">The number that the last one stays below.</param>
    /// <param name="type">The element type.</param>
    /// <param name="device">Where the tensor is made; null is the CPU.</param>
    /// <returns>The numbers, [end − start].</returns>
    public static Tensor Range(long start, long end, ScalarType type, Device? device = null)
    {
        using var first = start.ToScalar();
        using var last = end.ToScalar();
        return arange(first, last, Scalars.One, type, device);
    }
}
