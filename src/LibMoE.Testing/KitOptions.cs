using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing;

/// <summary>One shape of input that the kit tries.</summary>
/// <param name="Leading">x's dims before the last, such as [2, 5].</param>
/// <param name="Dim">D.</param>
/// <param name="Hidden">The model's FFN width, for experts that declare none.</param>
public sealed record KitShape(long[] Leading, long Dim, long Hidden)
{
    /// <summary>Whether some tokens are masked; at least one token stays.</summary>
    public bool Masked { get; init; }

    /// <summary>x's shape.</summary>
    public long[] Full => [.. Leading, Dim];

    /// <inheritdoc />
    public override string ToString() => $"x [{string.Join(", ", Full)}]{(Masked ? " with a mask" : "")}";
}

/// <summary>How a layer is checked. The defaults do for built-in parts and for a user's own.</summary>
public sealed record KitOptions
{
    /// <summary>The inputs that outputs and gradients are compared on. The defaults have a single token, a 2-D, a 3-D and a 4-D input,
    /// a mask, and widths that no vector register divides.</summary>
    public IReadOnlyList<KitShape> Shapes { get; init; } =
    [
        new([1], 6, 5),
        new([9], 6, 5),
        new([2, 5], 7, 9) { Masked = true },
        new([2, 2, 3], 20, 24),
    ];

    /// <summary>The seed of parameters and inputs.</summary>
    public int Seed { get; init; }

    /// <summary>Where the layer runs; the oracle stays on the CPU.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>The largest difference of a float64 layer from the oracle, relative to the largest number of the tensor.</summary>
    public double Float64Tolerance { get; init; } = 1e-9;

    /// <summary>The largest difference of a float32 layer from the oracle, relative to the largest number of the tensor.</summary>
    public double Float32Tolerance { get; init; } = 1e-5;

    /// <summary>
    /// Formulas of your own parts: <see cref="OracleOptions.Gates"/>, <see cref="OracleOptions.ExpertKinds"/> and
    /// <see cref="OracleOptions.Terms"/>. Where there is none for a part, the kit runs the part itself, in float64 and on every token:
    /// then all around it is checked (picks, weights, dispatch, gradients, masks, files), but not its own formula.
    /// </summary>
    public OracleOptions Formulas { get; init; } = OracleOptions.None;

    /// <summary>Gives the parameters values to check with; null redraws every parameter, large enough to matter.</summary>
    public Action<MoeLayer>? Initialize { get; init; }
}
