using System.Globalization;
using Domains;
using LibMoE.Runtime;

namespace Tabular;

/// <summary>A gap between groups is to be small at little cost: what accuracy loses against the same net on the same seeds, learned without
/// any term of fairness.</summary>
/// <param name="Gap">The gap's name.</param>
/// <param name="AtMost">What it must come down to.</param>
/// <param name="Points">By how many points (hundredths) accuracy may be less.</param>
internal sealed record GapClosed(string Gap, double AtMost, double Points) : ICriterion
{
    private const string Fairness = "Training:Fairness:";
    private const string Accuracy = "accuracy";

    /// <summary>What is asked of a study of UCI Adult.</summary>
    public static IReadOnlyList<ICriterion> OfAdult { get; } =
        [new GapClosed("parity gap", AtMost: 0.04, Points: 1.7), new GapClosed("odds gap", AtMost: 0.06, Points: 0.7)];

    public string Of(StudyResults results)
    {
        var asked = string.Create(
            CultureInfo.InvariantCulture, $"Asked for: {Gap} at most {AtMost:0.0##} for at most {Points:0.0#} points of accuracy");
        var lines = Lines(results).ToList();
        return lines.Count == 0
            ? $"{asked}: not measured, which takes a grid with and without a term, such as --Study:Grid:{Fairness}Parity=0,1."
            : string.Join('\n', lines.Prepend($"{asked}, against the same seeds without a term."));
    }

    private IEnumerable<string> Lines(StudyResults results) =>
        from net in results.Variants.GroupBy(variant => variant.Variant ?? variant.Name)
        let without = net.FirstOrDefault(variant => !HasTerm(variant))
        where without is not null
        from variant in net.Where(HasTerm)
        select Line(variant, without);

    private string Line(VariantResult with, VariantResult without)
    {
        var (gap, pairs) = (with.Metrics.Single(metric => metric.Name == Gap), SeedPairs.Of(with, without, Accuracy, scale: 100));
        if (pairs.Seeds == 0)
        {
            return $"{with.Name}: no seed that was also trained without a term";
        }

        var cost = pairs.Difference;
        return string.Create(CultureInfo.InvariantCulture, $"{with.Name}: {Gap} {gap.Value:0.000} ± {gap.StdErr:0.000}, accuracy ")
            + $"{cost.Text(decimals: 2, pairs.Seeds)} points: {(gap.Value <= AtMost && cost.Mean >= -Points ? "reached" : "missed")}";
    }

    /// <summary>Whether a setting of the grid asks for fairness; one of 0, false or none does not.</summary>
    private static bool HasTerm(VariantResult variant) => variant.Settings?.Any(setting =>
        setting.Key.StartsWith(Fairness, StringComparison.Ordinal) && setting.Key != $"{Fairness}AdversaryKnowsClass"
            && setting.Value is not ("0" or "" or "False" or "false")) == true;
}
