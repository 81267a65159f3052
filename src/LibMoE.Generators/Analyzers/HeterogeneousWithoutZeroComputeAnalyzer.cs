using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LibMoE.Generators.Analyzers;

/// <summary>Finds the balancing term of zero-compute experts where there are none.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HeterogeneousWithoutZeroComputeAnalyzer() : AdviceAnalyzer(Descriptors.HeterogeneousWithoutZeroCompute)
{
    private protected override void Advise(Declaration declaration, DiagnosticBag bag)
    {
        foreach (var term in declaration.Of(PartRole.Balance).Where(term => term.BuiltInName == "HeterogeneousBalance"))
        {
            if (!declaration.ZeroCompute.Any())
            {
                bag.Report(Descriptors.HeterogeneousWithoutZeroCompute, term.Location, declaration.Name);
            }
        }
    }
}
