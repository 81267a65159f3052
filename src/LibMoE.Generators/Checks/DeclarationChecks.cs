using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Reading;

namespace LibMoE.Generators.Checks;

/// <summary>Whether the parts of a declaration fit each other.</summary>
internal static class DeclarationChecks
{
    /// <summary>Reports what is wrong; true where a layer can be emitted.</summary>
    public static bool Check(Declaration declaration, DiagnosticBag bag)
    {
        if (declaration.HasCompilerErrors)
        {
            return false;
        }

        var before = bag.Count;
        if (declaration.Gate is null)
        {
            bag.Report(Descriptors.NoGate, declaration.Location, declaration.Name);
        }

        if (!declaration.Of(PartRole.Experts).Any())
        {
            bag.Report(Descriptors.NoExperts, declaration.Location, declaration.Name);
        }

        return bag.Count == before;
    }
}
