using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Operations of a tensor and a number that keep the number's <see cref="Scalar"/> until libtorch has read it. TorchSharp's own operators
/// let it go earlier, even that of two tensors' sum, which passes the factor 1: a garbage collection at that moment ends in "Unknown scalar
/// type". Each computes what TorchSharp's operation does, bit for bit. Integers leave the element type of a tensor as it is.
/// </summary>
public static partial class TensorMath
{
    /// <summary>x + y, elementwise, each stretched to the other's shape.</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <param name="y">Numbers of a shape that fits x's, [..].</param>
    /// <returns>A new tensor of the shape that both are stretched to, [..].</returns>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, Scalars.One);

    /// <summary>x + number.</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <param name="number">The number.</param>
    /// <returns>A new tensor of x's shape, [..].</returns>
    public static Tensor Plus(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.add(scalar, Scalars.One);
    }

    /// <inheritdoc cref="Plus(Tensor, double)"/>
    public static Tensor Plus(this Tensor x, long number)
    {
        using var scalar = number.ToScalar();
        return x.add(scalar, Scalars.One);
    }

    /// <summary>x − number.</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <param name="number">The number.</param>
    /// <returns>A new tensor of x's shape, [..].</returns>
    public static Tensor Minus(this Tensor x, long number)
    {
        using var scalar = number.ToScalar();
        return x.sub(scalar);
    }

    /// <summary>1 − x.</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <returns>A new tensor of x's shape, [..].</returns>
    public static Tensor OneMinus(this Tensor x) => x.negative().add(Scalars.One, Scalars.One);

    /// <summary>number · x.</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <param name="number">The number.</param>
    /// <returns>A new tensor of x's shape, [..].</returns>
    public static Tensor Times(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.mul(scalar);
    }

    /// <inheritdoc cref="Times(Tensor, double)"/>
    public static Tensor Times(this Tensor x, long number)
    {
        using var scalar = number.ToScalar();
        return x.mul(scalar);
    }

    /// <summary>x / number.</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <param name="number">The number.</param>
    /// <returns>A new tensor of x's shape, [..].</returns>
    public static Tensor Over(this Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return x.div(scalar);
    }

    /// <summary>The remainder of whole numbers, of the divisor's sign.</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <param name="divisor">The divisor.</param>
    /// <returns>A new tensor of x's shape, [..].</returns>
    public static Tensor Modulo(this Tensor x, long divisor)
    {
        using var scalar = divisor.ToScalar();
        return x.remainder(scalar);
    }

    /// <summary>x².</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <returns>A new tensor of x's shape, [..].</returns>
    public static Tensor Squared(this Tensor x) => x.pow(Scalars.Two);

    /// <summary>max(x, least).</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <param name="least">The smallest result.</param>
    /// <returns>A new tensor of x's shape, [..].</returns>
    public static Tensor AtLeast(this Tensor x, double least)
    {
        using var scalar = least.ToScalar();
        return x.clamp_min(scalar);
    }

    /// <summary>min(max(x, least), most) of whole numbers.</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <param name="least">The smallest result.</param>
    /// <param name="most">The largest result.</param>
    /// <returns>A new tensor of x's shape, [..].</returns>
    public static Tensor Clamped(this Tensor x, long least, long most)
    {
        using var low = least.ToScalar();
        using var high = most.ToScalar();
        return x.clamp(low, high);
    }

    /// <summary>softplus(x) = log(1 + e^x), by x itself above 20.</summary>
    /// <param name="x">Numbers of any shape, [..].</param>
    /// <returns>A new tensor of x's shape, [..].</returns>
    public static Tensor Softplus(this Tensor x) => Softplus(x, Scalars.One, SoftplusThreshold);

    private static readonly Scalar SoftplusThreshold = 20.0.ToScalar();

    /// <summary>TorchSharp's public method makes both scalars itself; this is the one that it calls with them.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "softplus1")]
    private static extern Tensor Softplus(Tensor x, Scalar beta, Scalar threshold);
}
