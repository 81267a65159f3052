using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Diagnostics;

/// <content>Single values.</content>
internal static partial class Descriptors
{
    /// <summary>A number outside its range.</summary>
    public static readonly DiagnosticDescriptor OutOfRange = new(
        "MOE020",
        "An option is within its range",
        "{1} of {0} on '{2}' is {3}; it must be {4}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE020.md");

    /// <summary>NaN or infinity.</summary>
    public static readonly DiagnosticDescriptor NotFinite = new(
        "MOE021",
        "A number is finite",
        "{1} of {0} on '{2}' is {3}; it must be a finite number",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE021.md");

    /// <summary>A number that is no member of the enum.</summary>
    public static readonly DiagnosticDescriptor NotAMember = new(
        "MOE022",
        "An option names a member of its enum",
        "{1} of {0} on '{2}' is {3}, which is not a member of {4}; allowed are {5}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE022.md");

    /// <summary>A width that four does not divide.</summary>
    public static readonly DiagnosticDescriptor NotAMultiple = new(
        "MOE023",
        "The embedding of HyperGate is a multiple of 4",
        "Embedding of HyperGate on '{0}' is {1}; it must be a multiple of 4, because the hyper-network has a quarter as many "
        + "hidden units",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE023.md");

    /// <summary>An option that has no effect.</summary>
    public static readonly DiagnosticDescriptor NoEffect = new(
        "MOE024",
        "An option has an effect",
        "{1} of {0} on '{2}' has no effect: {3}; remove it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE024.md");
}
