using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Diagnostics;

/// <summary>
/// Every diagnostic of the library. Errors come from the generator, because the compiler runs no analyzer while declarations have errors;
/// advice (from MOE101) comes from analyzers.
/// </summary>
internal static partial class Descriptors
{
    private const string HelpFolder = "docs/diagnostics/";

    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        new(id, title, message, "LibMoE", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: $"{HelpFolder}{id}.md");
}
