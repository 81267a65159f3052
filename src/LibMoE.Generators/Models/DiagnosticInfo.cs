using LibMoE.Generators.Helpers;
using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Models;

/// <summary>A diagnostic that compares by value.</summary>
/// <param name="Descriptor">What is wrong.</param>
/// <param name="Location">The offending argument, attribute or class name.</param>
/// <param name="Arguments">What the message's placeholders stand for.</param>
internal sealed record DiagnosticInfo(DiagnosticDescriptor Descriptor, LocationInfo Location, EquatableArray<string> Arguments)
{
    /// <summary>The diagnostic as the compiler wants it.</summary>
    public Diagnostic ToDiagnostic() => ToDiagnostic(Location.ToLocation());

    /// <summary>The diagnostic in one of these trees.</summary>
    public Diagnostic ToDiagnostic(IEnumerable<SyntaxTree> trees) => ToDiagnostic(Location.ToLocation(trees));

    private Diagnostic ToDiagnostic(Location location) => Diagnostic.Create(Descriptor, location, [.. Arguments]);
}
