using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <content>Comparisons with a number, and tensors made of one.</content>
public static partial class TensorMath
{
    /// <summary>Whether x &lt; number.</summary>
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
    public static Tensor IsAtLeast(this Tensor x, long number)
    {
        using var scalar = number.ToScalar();
        return x.ge(scalar);
    }

    /// <summary>Whether x &gt; number.</summary>
    public static Tensor IsAbove(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.gt(scalar);
    }

    /// <summary>Whether x = number.</summary>
    public static Tensor Is(this Tensor x, long number)
    {
        using var scalar = number.ToScalar();
        return x.eq(scalar);
    }

    /// <summary>x with the number where the mask says so.</summary>
    public static Tensor FilledWhere(this Tensor x, Tensor mask, long number)
    {
        using var scalar = number.ToScalar();
        return x.masked_fill(mask, scalar);
    }

    /// <summary>Writes the number into every element of x, and returns x.</summary>
    public static Tensor Fill(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.fill_(scalar);
    }

    /// <summary>Multiplies every element of x in place, and returns x.</summary>
    public static Tensor Scale(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.mul_(scalar);
    }

    /// <summary>A tensor with the same number everywhere.</summary>
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
    public static Tensor Range(long end, ScalarType type, Device? device = null) => Range(0, end, type, device);

    /// <summary>start, start + 1, … below the end.</summary>
    public static Tensor Range(long start, long end, ScalarType type, Device? device = null)
    {
        using var first = start.ToScalar();
        using var last = end.ToScalar();
        return arange(first, last, Scalars.One, type, device);
    }
}
