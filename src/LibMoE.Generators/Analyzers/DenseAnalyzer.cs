using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LibMoE.Generators.Analyzers;

/// <summary>Finds layers whose tokens use every expert.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DenseAnalyzer() : AdviceAnalyzer(Descriptors.Dense)
{
    private protected override void Advise(Declaration declaration, DiagnosticBag bag)
    {
        var gate = declaration.Gate!;
        if (declaration.Slots > 1 && gate.Model.Has("TopK") && gate.Model.Int("TopK") == declaration.Slots)
        {
            bag.Report(Descriptors.Dense, gate.LocationOf("TopK"), declaration.Name, declaration.Slots);
        }
    }
}
