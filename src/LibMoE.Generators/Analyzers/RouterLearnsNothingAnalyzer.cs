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
        if (gate.Model.Has("Normalize") && gate.Model.Bool("Normalize") && gate.Model.Int("TopK") == 1)
        {
            bag.Report(Descriptors.RouterLearnsNothing, gate.LocationOf("TopK"), declaration.Name);
        }
    }
}
