using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LibMoE.Generators.Analyzers;

/// <summary>Finds zero-compute experts without the balancing term that is made for them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnweightedZeroComputeAnalyzer() : AdviceAnalyzer(Descriptors.UnweightedZeroCompute)
{
    private protected override void Advise(Declaration declaration, DiagnosticBag bag)
    {
        var isWeighted = declaration.Of(PartRole.Balance).Any(term => term.BuiltInName == "HeterogeneousBalance");
        if (!isWeighted && declaration.ZeroCompute.FirstOrDefault() is { } group)
        {
            bag.Report(Descriptors.UnweightedZeroCompute, group.Location, declaration.Name, group.Kind!.Name);
        }
    }
}
