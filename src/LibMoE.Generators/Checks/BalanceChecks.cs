using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Known;
using LibMoE.Generators.Reading;

namespace LibMoE.Generators.Checks;

/// <summary>Whether balancing terms have what their formulas read.</summary>
internal static class BalanceChecks
{
    /// <summary><c>BalancePicks.Unbiased</c>.</summary>
    private const int Unbiased = 1;

    /// <summary><c>BiasUpdate.Quantile</c>.</summary>
    private const int Quantile = 2;

    /// <summary>Reports terms that do not.</summary>
    public static void Check(Declaration declaration, DiagnosticBag bag)
    {
        var gate = declaration.KnownGate;
        foreach (var term in declaration.Of(PartRole.Balance))
        {
            var known = KnownBalance.Find(term.Attribute.FullMetadataName()) ?? KnownBalance.Custom;
            if (KnownBalance.WhyNot(known, gate) is { } reason)
            {
                bag.Report(Descriptors.TermDoesNotApply, term.Location, declaration.Name, term.Name, declaration.Gate!.Name, reason);
            }
            else
            {
                CheckPicks(declaration, term, known, bag);
            }
        }
    }

    private static void CheckPicks(Declaration declaration, PartDeclaration term, KnownTerm known, DiagnosticBag bag)
    {
        var gate = declaration.Gate!.Model;
        if (known.Name == "DiversityLoss" && gate.Int("TopK") < 2)
        {
            bag.Report(Descriptors.DiversityNeedsTwoPicks, term.Location, declaration.Name, gate.Int("TopK"));
        }

        if (known.Name == "SequenceBalance"
            && term.Model.Int("Picks") == Unbiased && !declaration.KnownGate.Facts.HasFlag(GateFacts.SelectionBias))
        {
            bag.Report(Descriptors.UnbiasedPicksDoNotApply, term.LocationOf("Picks"), declaration.Name, declaration.Gate!.Name);
        }

        if (known.Name == "BiasBalance" && term.Model.Int("Update") == Quantile
            && WhyNoQuantile(declaration, term) is var (option, why) && why is not null)
        {
            bag.Report(Descriptors.QuantileDoesNotApply, term.LocationOf(option), declaration.Name, why);
        }

        if (known.Name == "LoadBalance" && gate.Int("TopK") == declaration.Slots)
        {
            bag.Report(Descriptors.LoadNeedsCompetitors, term.Location, declaration.Name, gate.Int("TopK"), declaration.Slots);
        }
    }
    /// <summary>Quantiles are of the logits of all experts, and leave K + 1-th ones.</summary>
    private static (string Option, string? Why) WhyNoQuantile(Declaration declaration, PartDeclaration term)
    {
        var gate = declaration.Gate!;
        return gate.BuiltInName.Length == 0 ? ("Update", $"{gate.Name} is a gate of your own, whose picks are by scores")
            : gate.Model.Int("TopK") >= declaration.Slots
            ? ("Update", $"TopK = {gate.Model.Int("TopK")} picks all experts, so that there is no next one")
            : gate.Model.Has("Groups") && gate.Model.Int("Groups") > 0 ? ("Update", "groups of experts are valued by scores")
            : term.Model.Bool("FeedForwardOnly")
            ? ("FeedForwardOnly", "the quantiles of all experts are found together, so FeedForwardOnly cannot leave some out")
            : term.Model.Double("Rate") > 1 ? ("Rate", "the rate is how much of the way the bias goes, at most 1")
            : ("", null);
    }
}
