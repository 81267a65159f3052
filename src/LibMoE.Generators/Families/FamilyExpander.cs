using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Reading;

namespace LibMoE.Generators.Families;

/// <summary>Turns a declaration with <c>[Vary]</c> into its members.</summary>
internal static class FamilyExpander
{
    /// <summary>The members other than the declared layer itself.</summary>
    #pragma warning disable IDE0060
    public static IEnumerable<Declaration> Expand(Declaration declaration, DiagnosticBag bag) => [];
#pragma warning restore IDE0060
}
