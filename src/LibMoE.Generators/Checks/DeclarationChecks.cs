using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Reading;

namespace LibMoE.Generators.Checks;

/// <summary>Whether the parts of a declaration are right and fit each other.</summary>
internal static class DeclarationChecks
{
    /// <summary>Each stage may rely on what the ones before it found right, so that one mistake gives one message.</summary>
    private static readonly Action<Declaration, DiagnosticBag>[][] Stages =
    [
        [CompositionChecks.Check, BlockChecks.Check],
        [CustomPartChecks.Check],
        [ValueChecks.Check],
        [ExpertChecks.Check, RoutingChecks.Check, BalanceChecks.Check],
    ];

    /// <summary>Reports what is wrong; true where a layer can be emitted.</summary>
    public static bool Check(Declaration declaration, DiagnosticBag bag)
    {
        if (declaration.HasCompilerErrors)
        {
            return false;
        }

        // Findings are counted apart: what was reported for the declared layer must not let its family pass.
        var found = new DiagnosticBag();
        foreach (var check in Stages.TakeWhile(_ => found.Count == 0).SelectMany(stage => stage))
        {
            check(declaration, found);
        }

        bag.AddRange(found);
        return found.Count == 0;
    }
}
