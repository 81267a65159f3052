using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LibMoE.Generators.Analyzers;

/// <summary>Finds capacities by which a later token's pick goes before an earlier token's: a first one before a second one, or one of
/// larger weight.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CapacityLooksAheadAnalyzer() : AdviceAnalyzer(Descriptors.CapacityLooksAhead)
{
    /// <summary>CapacityBy.Probability.</summary>
    private const int ByProbability = 1;

    private protected override void Advise(Declaration declaration, DiagnosticBag bag)
    {
        var picks = declaration.Gate!.Model.Has("TopK") ? declaration.Gate.Model.Int("TopK") : 1;
        foreach (var capacity in declaration.Of(PartRole.Capacity))
        {
            if (capacity.Model.Has("By") && capacity.Model.Int("By") == ByProbability)
            {
                bag.Report(Descriptors.CapacityLooksAhead, capacity.Location, declaration.Name,
                    "picks by their weight: large ones of later tokens are seated before small ones");
            }
            else if (picks > 1)
            {
                bag.Report(Descriptors.CapacityLooksAhead, capacity.Location, declaration.Name,
                    $"{picks} picks of each token: first picks of later tokens are seated before second picks");
            }
        }
    }
}
