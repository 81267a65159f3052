namespace LibMoE.Runtime;

/// <summary>
/// How SwiGLU experts depart from the plain φ(g) ⊙ u, φ(a) = a·σ(β·a): a = φ(min(g, L)) ⊙ (clamp(u, ±L) + offset), or min(φ(g), L) in the
/// place of φ(min(g, L)) (gpt-oss, DeepSeek-V4, MiniMax-M3; the last Step-3.5). A number at a bound passes its gradient, one beyond it
/// none.
/// </summary>
/// <param name="Limit">L, above 0; 0 is none.</param>
/// <param name="Slope">β.</param>
/// <param name="UpOffset">The offset.</param>
/// <param name="ClampAfterActivation">Whether the gate is clamped behind its activation.</param>
public sealed record SwiGluOptions(double Limit = 0, double Slope = 1, double UpOffset = 0, bool ClampAfterActivation = false)
{
    /// <summary>L as a number that clamps nothing where there is none.</summary>
    internal double Bound => Limit > 0 ? Limit : double.PositiveInfinity;

    /// <summary>Refuses options of other experts.</summary>
    /// <exception cref="ArgumentException">The activation is not SwiGLU.</exception>
    internal static SwiGluOptions? Of(Activation activation, SwiGluOptions? options) => options is null || activation == Activation.SwiGlu
        ? options
        : throw new ArgumentException(
            $"A clamp, a slope and an offset are options of SwiGlu experts, not of {activation} ones.", nameof(options));
}
