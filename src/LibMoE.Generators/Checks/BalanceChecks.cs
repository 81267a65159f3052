using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Known;
using LibMoE.Generators.Reading;

namespace LibMoE.Generators.Checks;

/// <summary>Whether balancing terms have what their formulas read.</summary>
internal static class BalanceChecks
{
    /// <summary><c>BalancePicks.Unbiased</c>.</summary>
    private const int Unbiased = 1;

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

        if (known.Name == "LoadBalance" && gate.Int("TopK") == declaration.Slots)
        {
            bag.Report(Descriptors.LoadNeedsCompetitors, term.Location, declaration.Name, gate.Int("TopK"), declaration.Slots);
        }
    }
}
