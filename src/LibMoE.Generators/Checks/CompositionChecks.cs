using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Known;
using LibMoE.Generators.Models;
using LibMoE.Generators.Reading;

namespace LibMoE.Generators.Checks;

/// <summary>Whether a declaration has every part that it needs, and no part too often.</summary>
internal static class CompositionChecks
{
    /// <summary>Reports what is missing or too much.</summary>
    public static void Check(Declaration declaration, DiagnosticBag bag)
    {
        var gates = declaration.Of(PartRole.Gate).ToList();
        if (gates.Count == 0)
        {
            bag.Report(Descriptors.NoGate, declaration.Location, declaration.Name);
        }

        foreach (var gate in gates.Skip(1))
        {
            bag.Report(Descriptors.SeveralGates, gate.Location, declaration.Name, gate.Name, gates[0].Name);
        }

        CheckExperts(declaration, bag);
        // Of the parts that a layer has once C# itself refuses to repeat the others.
        foreach (var term in declaration.Of(PartRole.Balance).Where(KeepsScoreBias).Skip(1))
        {
            bag.Report(Descriptors.SeveralParts, term.Location, declaration.Name, term.Name);
        }
    }

    private static bool KeepsScoreBias(PartDeclaration term) =>
        KnownBalance.Find(term.Attribute.FullMetadataName()) is { KeepsScoreBias: true };

    private static void CheckExperts(Declaration declaration, DiagnosticBag bag)
    {
        var groups = declaration.Of(PartRole.Experts).ToList();
        if (groups.Count == 0)
        {
            bag.Report(Descriptors.NoExperts, declaration.Location, declaration.Name);
        }
        else if (groups.All(group => group.ExpertRole == ExpertRole.ZeroCompute))
        {
            bag.Report(Descriptors.OnlyZeroCompute, groups[0].Location, declaration.Name);
        }
    }
}
