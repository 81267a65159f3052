using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>A call's tokens as one list of T rows, and the way back to the shape that the caller gave.</summary>
public readonly struct TokenView
{
    private readonly long[] _shape;

    private TokenView(Tensor x_TD, Tensor? mask_T, long[] shape)
    {
        (this.x_TD, this.mask_T, _shape) = (x_TD, mask_T, shape);
        Sequences = shape.SkipLast(2).Aggregate(1L, (product, size) => product * size);
    }

    /// <summary>The tokens, [T, D].</summary>
    public Tensor x_TD { get; }

    /// <summary>[T] bool, false for tokens that are not routed; null routes all.</summary>
    public Tensor? mask_T { get; }

    /// <summary>S: the product of all dims of x but the last two; a 2-D x is one sequence.</summary>
    public long Sequences { get; }

    /// <summary>L: tokens of a sequence; 0 where there is none.</summary>
    internal long Length => Sequences == 0 ? 0 : x_TD.shape[0] / Sequences;

    /// <summary>Flattens x and the context's mask.</summary>
    /// <param name="x">The input of the layer, [.., D].</param>
    /// <param name="context">The call's context.</param>
    /// <param name="shape">What the layer was made for.</param>
    /// <exception cref="ArgumentException">x or the mask has a shape that does not fit.</exception>
    public static TokenView Of(Tensor x, MoeContext context, MoeShape shape)
    {
        var sizes = x.shape;
        if (sizes.Length < 2 || sizes[^1] != shape.Dim)
        {
            throw new ArgumentException(
                $"The layer takes tokens of shape [.., L, {shape.Dim}]; x has the shape [{string.Join(", ", sizes)}].", nameof(x));
        }

        var leading = sizes.SkipLast(1);
        if (context.Mask is { } mask && !mask.shape.SequenceEqual(leading))
        {
            throw new ArgumentException(
                $"MoeContext.Mask needs x's leading dims [{string.Join(", ", leading)}]; it has the shape "
                    + $"[{string.Join(", ", mask.shape)}].",
                nameof(context));
        }

        return new TokenView(x.reshape(-1, shape.Dim), context.Mask?.reshape(-1), sizes);
    }

    /// <summary>Gives y_TD the shape of x, but for its own width; tokens that were masked get 0.</summary>
    /// <param name="y_TD">Outputs of the routed tokens, [T, D].</param>
    /// <returns>Of x's shape, [.., D].</returns>
    public Tensor Restore(Tensor y_TD)
    {
        var y = mask_T is null ? y_TD : y_TD.masked_fill(mask_T.logical_not().unsqueeze(-1), Scalars.Zero);
        return y.reshape([.. _shape[..^1], y.shape[^1]]);
    }
}
