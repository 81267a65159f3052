using LibMoE.Runtime;

namespace Domains;

/// <summary>Two methods on the same things, such as seeds: the mean difference, its 95 % interval by Student's t, and what that
/// says.</summary>
/// <param name="Difference">The first method's figure minus the second's; more is better.</param>
/// <param name="Pairs">How many things it is the mean of.</param>
internal sealed record PairedVerdict(PairedDifference Difference, int Pairs)
{
    public const string Undecided = "not distinguishable";

    /// <summary>Half the width of the interval; NaN for one pair.</summary>
    public double HalfWidth => Difference.HalfWidth(Pairs);

    /// <summary>Whether the whole interval is above zero.</summary>
    public bool IsBetter => Difference.Mean > HalfWidth;

    /// <summary>Whether the whole interval is below zero.</summary>
    public bool IsWorse => Difference.Mean < -HalfWidth;

    /// <summary>Whether the interval leaves zero out.</summary>
    public bool IsDecided => IsBetter || IsWorse;

    public string Word => IsBetter ? "better" : IsWorse ? "worse" : Undecided;

    /// <summary>Of two lists of figures of the same things in the same order.</summary>
    public static PairedVerdict Of(IReadOnlyList<double> with, IReadOnlyList<double> without) =>
        new(PairedDifference.Of(with, without), with.Count);

    /// <summary>The difference with its interval and the verdict, such as <c>+0.013 ± 0.020 (6 speakers): not
    /// distinguishable</c>.</summary>
    /// <param name="thing">What there is a pair of for each, such as <c>speaker</c>.</param>
    public string Text(string thing) => PairedDifference.Signed(Difference.Mean, decimals: 3)
        + (Pairs < 2 ? $" (one {thing}): {Undecided}" : FormattableString.Invariant($" ± {HalfWidth:F3} ({Pairs} {thing}s): {Word}"));
}
