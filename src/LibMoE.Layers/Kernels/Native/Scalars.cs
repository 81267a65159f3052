using TorchSharp;

namespace LibMoE.Runtime;

/// <summary>
/// The constants that tensors are compared with and filled with, as libtorch takes them. A <see cref="Scalar"/> made in the call itself may
/// be collected while libtorch still reads it; these live as long as the program. Other numbers go through <see cref="TensorMath"/>.
/// </summary>
public static class Scalars
{
    /// <summary>−1, of integer type: it leaves the element type of a tensor as it is.</summary>
    public static readonly Scalar MinusOne = (-1L).ToScalar();

    /// <summary>0, of integer type.</summary>
    public static readonly Scalar Zero = 0L.ToScalar();

    /// <summary>1, of integer type.</summary>
    public static readonly Scalar One = 1L.ToScalar();

    /// <summary>2, of integer type.</summary>
    public static readonly Scalar Two = 2L.ToScalar();

    /// <summary>−∞.</summary>
    public static readonly Scalar NegativeInfinity = double.NegativeInfinity.ToScalar();
}
