namespace LibMoE.Generators.Diagnostics;

/// <summary>
/// Every diagnostic of the library. Errors come from the generator, because the compiler runs no analyzer while declarations have errors;
/// advice (from MOE101) comes from analyzers.
/// </summary>
internal static partial class Descriptors
{
    private const string Category = "LibMoE";

    /// <summary>Where each diagnostic has its page, from the root of the repository.</summary>
    private const string Help = "docs/diagnostics/";
}
