namespace LibMoE.Runtime.Checkpoints.Safetensors;

/// <summary>Numbers of eight bits, as the OCP specification of 8-bit floating point (2023) has E4M3: a sign, four bits of exponent with the
/// bias 7, three of mantissa; no infinity, ±NaN where all seven are set, 448 at most.</summary>
internal static class Float8
{
    private const int Bias = 7;
    private const int Mantissas = 8;

    /// <summary>The number of each byte.</summary>
    public static ReadOnlySpan<float> E4M3 => Numbers;

    private static readonly float[] Numbers = [.. Enumerable.Range(0, 256).Select(Number)];

    private static float Number(int code)
    {
        var (exponent, mantissa) = ((code >> 3) & 15, code & 7);
        var size = exponent == 15 && mantissa == Mantissas - 1 ? float.NaN
            : exponent == 0 ? MathF.ScaleB(mantissa, 1 - Bias - 3)
            : MathF.ScaleB(Mantissas + mantissa, exponent - Bias - 3);
        return code >= 128 ? -size : size;
    }
}
