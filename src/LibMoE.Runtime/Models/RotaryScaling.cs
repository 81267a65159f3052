using System.Globalization;
using System.Text.Json.Serialization;

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

    /// <summary>YaRN (Peng et al. 2023, arXiv:2309.00071; gpt-oss, DeepSeek-V3, Qwen3's long texts): slow frequencies are divided, and what
    /// was turned is lengthened; see <see cref="RotaryScaling"/>.</summary>
    Yarn,
}

/// <summary>
/// Slows rotary frequencies down, so that a model reads texts longer than those it was trained on first. Queries and keys are turned
/// otherwise; the attention's scale stays as it is.
/// </summary>
/// <remarks>
/// <para>Llama3, for a frequency θ with f = <see cref="Factor"/>, c = <see cref="FirstContext"/> and n = c·θ/2π, the turns in the first
/// context: θ where n &gt; <see cref="HighFrequency"/>; θ/f where n &lt; <see cref="LowFrequency"/>; between them (1 − s)·θ/f + s·θ with
/// s = (n − LowFrequency) / (HighFrequency − LowFrequency).</para>
/// <para>Yarn, for the pair j of r rotary channels with θ_j = b^(−2j/r): the pair that makes n turns in the first context would be
/// j(n) = r·ln(c/2πn) / (2·ln b). With low = max(0, ⌊j(<see cref="FastTurns"/>)⌋), high = min(r − 1, ⌈j(<see cref="SlowTurns"/>)⌉) (not
/// rounded where <see cref="ExactChannels"/>) and s_j = 1 − clamp((j − low)/(high − low), 0, 1) the frequency is (1 − s_j)·θ_j/f + s_j·θ_j.
/// Turned channels of queries and keys are multiplied by <see cref="TurnedLength"/> each, so that their products grow by its square.</para>
/// </remarks>
public sealed record RotaryScaling
{
    private const double YarnSlowTurns = 1;
    private const double YarnFastTurns = 32;

    /// <summary>The rule.</summary>
    public RotaryScalingKind Kind { get; init; }

    /// <summary>f: by how much frequencies are divided; at least 1.</summary>
    public double Factor { get; init; } = 8;

    /// <summary>Llama3: fewer turns than these in the first context are divided by all of f.</summary>
    public double LowFrequency { get; init; } = 1;

    /// <summary>Llama3: more turns than these in the first context stay.</summary>
    public double HighFrequency { get; init; } = 4;

    /// <summary>Llama3 and Yarn: c, the context that the model was trained with before, in tokens.</summary>
    public int FirstContext { get; init; } = 8192;

    /// <summary>Yarn: with fewer turns than these in the first context a frequency is divided by all of f; null takes 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SlowTurns { get; init; }

    /// <summary>Yarn: with more turns than these in the first context a frequency stays; null takes 32.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? FastTurns { get; init; }

    /// <summary>Yarn: takes the pairs between which frequencies pass over as they come out, instead of rounding them outwards to whole
    /// pairs; gpt-oss does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ExactChannels { get; init; }

    /// <summary>Yarn: what turned channels are multiplied by, above 0; null takes 0.1·ln f + 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AttentionFactor { get; init; }

    /// <summary><see cref="AttentionFactor"/>, resolved; 1 for rules other than Yarn.</summary>
    [JsonIgnore]
    public double TurnedLength => Kind == RotaryScalingKind.Yarn ? AttentionFactor ?? YarnMagnitude(Factor) : 1;

    /// <summary>
    /// m(f, a) = 0.1·a·ln f + 1 for f above 1, else 1. gpt-oss and the paper multiply what was turned by m(f, 1). Where a file states
    /// <c>mscale</c> a and <c>mscale_all_dim</c> b, it is multiplied by m(f, a)/m(f, b); DeepSeek-V2 and V3 multiply the attention's scale
    /// by m(f, b)² beside that, so that with a = b all channels gain, not the rotary ones alone.
    /// </summary>
    /// <param name="factor">f.</param>
    /// <param name="weight">a.</param>
    public static double YarnMagnitude(double factor, double weight = 1) => factor <= 1 ? 1 : (0.1 * weight * Math.Log(factor)) + 1;

    /// <summary>The scaled frequency, in radians a token, where the rule needs no more than the frequency: Linear and Llama3.</summary>
    /// <exception cref="InvalidOperationException">The rule is Yarn, which goes by channels: see <see cref="Frequencies"/>.</exception>
    public double Scale(double frequency) => Kind switch
    {
        RotaryScalingKind.Linear => frequency / Factor,
        RotaryScalingKind.Llama3 => Llama3(frequency),
        _ => throw new InvalidOperationException("Yarn scales a frequency by its pair of channels; take RotaryScaling.Frequencies."),
    };

    /// <summary>The scaled frequencies of all pairs of channels, in radians a token [r/2].</summary>
    /// <param name="rotaryBase">b, above 1.</param>
    /// <param name="channels">r: how many channels of a head are rotary, an even number.</param>
    public double[] Frequencies(double rotaryBase, int channels)
    {
        var plain_J = Enumerable.Range(0, channels / 2).Select(pair => Math.Pow(rotaryBase, -2.0 * pair / channels)).ToArray();
        return Kind == RotaryScalingKind.Yarn ? Yarn(plain_J, rotaryBase, channels) : Array.ConvertAll(plain_J, Scale);
    }

    /// <summary>Everything that is wrong, one sentence each.</summary>
    internal IEnumerable<string> Problems()
    {
        if (!(Factor >= 1 && double.IsFinite(Factor)))
        {
            yield return FormattableString.Invariant($"Model:RotaryScaling:Factor is {Factor}; it must be at least 1.");
        }

        if (Kind != RotaryScalingKind.Linear && FirstContext < 1)
        {
            yield return $"Model:RotaryScaling:FirstContext is {FirstContext}; it must be at least 1.";
        }

        if (Kind == RotaryScalingKind.Llama3 && !(LowFrequency > 0 && HighFrequency > LowFrequency && double.IsFinite(HighFrequency)))
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Model:RotaryScaling:LowFrequency is {LowFrequency} and HighFrequency {HighFrequency}; the first must be above 0 and "
                    + $"the second above the first.");
        }

        var (slow, fast) = (SlowTurns ?? YarnSlowTurns, FastTurns ?? YarnFastTurns);
        if (Kind == RotaryScalingKind.Yarn && !(slow > 0 && fast > slow && double.IsFinite(fast)))
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Model:RotaryScaling:SlowTurns is {slow} and FastTurns {fast}; the first must be above 0 and the second above the first.");
        }

        if (Kind == RotaryScalingKind.Yarn && !(TurnedLength > 0 && double.IsFinite(TurnedLength)))
        {
            yield return FormattableString.Invariant($"Model:RotaryScaling:AttentionFactor is {AttentionFactor}; it must be above 0.");
        }
    }

    private double Llama3(double frequency)
    {
        var turns = FirstContext * frequency / (2 * Math.PI);
        var kept = Math.Clamp((turns - LowFrequency) / (HighFrequency - LowFrequency), 0, 1);
        return ((1 - kept) * frequency / Factor) + (kept * frequency);
    }

    private double[] Yarn(double[] plain_J, double rotaryBase, int channels)
    {
        // As the codes of Hugging Face and DeepSeek have it where both ends fall on one pair.
        const double LeastWidth = 0.001;
        var (low, high) = (PairOf(FastTurns ?? YarnFastTurns), PairOf(SlowTurns ?? YarnSlowTurns));
        (low, high) = ExactChannels ? (low, high) : (Math.Floor(low), Math.Ceiling(high));
        (low, high) = (Math.Max(low, 0), Math.Min(high, channels - 1));
        var width = low == high ? LeastWidth : high - low;
        return [.. plain_J.Select((frequency, pair) =>
        {
            var kept = 1 - Math.Clamp((pair - low) / width, 0, 1);
            return ((1 - kept) * frequency / Factor) + (kept * frequency);
        })];

        double PairOf(double turns) => channels * Math.Log(FirstContext / (2 * Math.PI * turns)) / (2 * Math.Log(rotaryBase));
    }
}
