using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LibMoE.Generators.Analyzers;

/// <summary>Finds capacities by which a later token's first pick goes before an earlier token's second one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CapacityLooksAheadAnalyzer() : AdviceAnalyzer(Descriptors.CapacityLooksAhead)
{
    private protected override void Advise(Declaration declaration, DiagnosticBag bag)
    {
        if (declaration.Gate!.Model.Has("TopK") && declaration.Gate.Model.Int("TopK") is > 1 and var picks)
        {
            foreach (var capacity in declaration.Of(PartRole.Capacity))
            {
                bag.Report(Descriptors.CapacityLooksAhead, capacity.Location, declaration.Name, picks);
            }
        }
    }
}
