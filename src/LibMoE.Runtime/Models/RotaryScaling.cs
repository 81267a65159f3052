using System.Globalization;

namespace LibMoE.Runtime;

/// <summary>How rotary frequencies are scaled.</summary>
public enum RotaryScalingKind
{
    /// <summary>Positional interpolation (Chen et al. 2023, arXiv:2306.15595): θ / f for every frequency,
    /// as if positions were p / f.</summary>
    Linear,

    /// <summary>Llama 3.1 (Grattafiori et al. 2024; <c>apply_scaling</c> of Meta's llama-models): only slow frequencies are divided; see
    /// <see cref="RotaryScaling"/>.</summary>
    Llama3,
}

/// <summary>
/// Slows rotary frequencies down, so that a model reads texts longer than those it was trained on first. Queries and keys are turned
/// otherwise; their length and the attention's scale 1/√C stay as they are.
/// </summary>
/// <remarks>
/// Llama3, for a frequency θ with f = <see cref="Factor"/>, c = <see cref="FirstContext"/> and n = c·θ/2π, the turns in the first context:
/// θ where n &gt; <see cref="HighFrequency"/>; θ/f where n &lt; <see cref="LowFrequency"/>; between them (1 − s)·θ/f + s·θ with
/// s = (n − LowFrequency) / (HighFrequency − LowFrequency).
/// </remarks>
public sealed record RotaryScaling
{
    /// <summary>The rule.</summary>
    public RotaryScalingKind Kind { get; init; }

    /// <summary>f: by how much frequencies are divided; at least 1.</summary>
    public double Factor { get; init; } = 8;

    /// <summary>Llama3: fewer turns than these in the first context are divided by all of f.</summary>
    public double LowFrequency { get; init; } = 1;

    /// <summary>Llama3: more turns than these in the first context stay.</summary>
    public double HighFrequency { get; init; } = 4;

    /// <summary>Llama3: c, the context that the model was trained with before, in tokens.</summary>
    public int FirstContext { get; init; } = 8192;

    /// <summary>The scaled frequency, in radians a token.</summary>
    public double Scale(double frequency) => Kind == RotaryScalingKind.Linear ? frequency / Factor : Llama3(frequency);

    /// <summary>Everything that is wrong, one sentence each.</summary>
    internal IEnumerable<string> Problems()
    {
        if (!(Factor >= 1 && double.IsFinite(Factor)))
        {
            yield return FormattableString.Invariant($"Model:RotaryScaling:Factor is {Factor}; it must be at least 1.");
        }

        if (Kind == RotaryScalingKind.Llama3 && FirstContext < 1)
        {
            yield return $"Model:RotaryScaling:FirstContext is {FirstContext}; it must be at least 1.";
        }

        if (Kind == RotaryScalingKind.Llama3 && !(LowFrequency > 0 && HighFrequency > LowFrequency && double.IsFinite(HighFrequency)))
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Model:RotaryScaling:LowFrequency is {LowFrequency} and HighFrequency {HighFrequency}; the first must be above 0 and "
                    + $"the second above the first.");
        }
    }

    private double Llama3(double frequency)
    {
        var turns = FirstContext * frequency / (2 * Math.PI);
        var kept = Math.Clamp((turns - LowFrequency) / (HighFrequency - LowFrequency), 0, 1);
        return ((1 - kept) * frequency / Factor) + (kept * frequency);
    }
}
