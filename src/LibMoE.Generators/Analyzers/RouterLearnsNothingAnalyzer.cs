using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LibMoE.Generators.Analyzers;

/// <summary>Finds routers whose only weight is a constant.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RouterLearnsNothingAnalyzer() : AdviceAnalyzer(Descriptors.RouterLearnsNothing)
{
    private protected override void Advise(Declaration declaration, DiagnosticBag bag)
    {
        var gate = declaration.Gate!;
        var divides = gate.Model.Has("Normalize") && gate.Model.Bool("Normalize");
        if (divides && gate.Model.Has("TopK") && gate.Model.Int("TopK") == 1 && !declaration.Of(PartRole.SharedExperts).Any(SharesTheSum))
        {
            bag.Report(Descriptors.RouterLearnsNothing, gate.LocationOf("TopK"), declaration.Name);
        }
    }

    /// <summary>Whether a pick's weight is its part of a sum that shared experts are in, too.</summary>
    private static bool SharesTheSum(PartDeclaration shared) => shared.Model.Has("InRouterSum") && shared.Model.Bool("InRouterSum");
}
