using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Diagnostics;

/// <content>Single values.</content>
internal static partial class Descriptors
{
    /// <summary>A number outside its range.</summary>
    public static DiagnosticDescriptor OutOfRange { get; } = Error(
        "MOE020", "An option is within its range", "{1} of {0} on '{2}' is {3}; it must be {4}");

    /// <summary>NaN or infinity.</summary>
    public static DiagnosticDescriptor NotFinite { get; } = Error(
        "MOE021", "A number is finite", "{1} of {0} on '{2}' is {3}; it must be a finite number");

    /// <summary>A number that is no member of the enum.</summary>
    public static DiagnosticDescriptor NotAMember { get; } = Error(
        "MOE022", "An option names a member of its enum", "{1} of {0} on '{2}' is {3}, which is no member of {4}; allowed are {5}");

    /// <summary>A width that four does not divide.</summary>
    public static DiagnosticDescriptor NotAMultiple { get; } = Error(
        "MOE023",
        "The embedding of HyperGate is a multiple of 4",
        "Embedding of HyperGate on '{0}' is {1}; it must be a multiple of 4, because the hyper-network has a quarter as many hidden units");

    /// <summary>An option that has no effect.</summary>
    public static DiagnosticDescriptor NoEffect { get; } = Error(
        "MOE024", "An option has an effect", "{1} of {0} on '{2}' has no effect: {3}; remove it");
}
