namespace LibMoE.Runtime.Statistics;

/// <summary>Decides what a difference is worth and in which words: every table, sentence and chart asks here.</summary>
internal static class Significance
{
    /// <summary>The p-value below which a difference counts, after Holm's correction: the share of studies without any difference that
    /// report one.</summary>
    public const double Level = 0.05;

    /// <summary>What is said of a pair that was not compared because one of the two sees later tokens.</summary>
    public const string NotRanked = "not ranked: sees later tokens";

    /// <summary>Whether a difference counts.</summary>
    /// <param name="adjusted">Its p-value after Holm's correction; null where it was not tested.</param>
    public static bool Counts(double? adjusted) => adjusted < Level;

    /// <summary>
    /// The verdict. From one seed nothing is better or worse: it may have answered these items otherwise than the baseline, beyond what the
    /// choice of items explains, and no more is said.
    /// </summary>
    /// <param name="difference">Ours minus the baseline's.</param>
    /// <param name="adjusted">Its p-value after Holm's correction; null where it was not tested.</param>
    /// <param name="seeds">How many seeds both have.</param>
    /// <param name="higherIsBetter">Whether a larger value is better.</param>
    public static string Verdict(double difference, double? adjusted, int seeds, bool higherIsBetter) => adjusted switch
    {
        null => "not tested",
        >= Level => "no significant difference",
        _ when seeds < 2 => difference > 0 ? "higher on these items, one seed" : "lower on these items, one seed",
        _ => difference > 0 == higherIsBetter ? "better" : "worse",
    };

    /// <summary>
    /// How the test was made, for the line below a table: "Student's t with 2 degrees of freedom (3 seeds and 512 held-out sequences), p
    /// corrected for 5 comparisons (Holm); a difference counts from p &lt; 0.05 on".
    /// </summary>
    /// <param name="tested">What was compared.</param>
    /// <param name="items">What items are called, such as "held-out sequences".</param>
    /// <param name="comparisons">How many comparisons the table has.</param>
    public static string Test(SeedsAndItems tested, string items, int comparisons)
    {
        var over = (tested.CoversSeeds ? FormattableString.Invariant($"{tested.Seeds} seeds and ") : "") + Counted(tested, items);
        var degrees = tested.Freedom == 1 ? "degree" : "degrees";
        var law = tested.Freedom == int.MaxValue - 1
            ? "the normal distribution"
            : FormattableString.Invariant($"Student's t with {tested.Freedom} {degrees} of freedom");
        var corrected = comparisons > 1 ? FormattableString.Invariant($", p corrected for {comparisons} comparisons (Holm)") : "";
        return FormattableString.Invariant(
            $"{law} ({over}){corrected}; a difference counts from p < {Level} on");
    }

    /// <summary>The number of items and what they are called; of a figure that is no mean over items the number is not known.</summary>
    /// <param name="tested">What was compared.</param>
    /// <param name="items">What items are called.</param>
    public static string Counted(SeedsAndItems tested, string items) =>
        tested.Items == int.MaxValue ? items : FormattableString.Invariant($"{tested.Items} {items}");
}
