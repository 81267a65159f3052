using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LibMoE.Generators.Analyzers;

/// <summary>Finds gates by which later tokens influence earlier ones.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NotCausalAnalyzer() : AdviceAnalyzer(Descriptors.NotCausal)
{
    private protected override void Advise(Declaration declaration, DiagnosticBag bag)
    {
        if (declaration.KnownGate.RoutesTokensAlone == false)
        {
            bag.Report(Descriptors.NotCausal, declaration.Gate!.Location, declaration.Name, declaration.Gate.Name);
        }
    }
}
