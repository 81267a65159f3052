using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Diagnostics;

/// <content>Parts of the user's own.</content>
internal static partial class Descriptors
{
    /// <summary>A gate without a router.</summary>
    public static DiagnosticDescriptor GateWithoutRouter { get; } = Error(
        "MOE060",
        "A gate of your own names its router",
        "{1} on '{0}' is a gate without a router; derive its attribute from GateAttribute<TRouter>");

    /// <summary>A router without the interface.</summary>
    public static DiagnosticDescriptor NotARouter { get; } = Error(
        "MOE061",
        "A router implements IRouter",
        "'{1}', the router of {2} on '{0}', must be a concrete class that implements IRouter<{1}, {3}>");

    /// <summary>A balancing term without a class that computes it.</summary>
    public static DiagnosticDescriptor BalanceWithoutTerm { get; } = Error(
        "MOE062",
        "A balancing term of your own names its class",
        "{1} on '{0}' is a balancing term without a class that computes it; derive its attribute from BalanceAttribute<TTerm>");

    /// <summary>A term without the interface.</summary>
    public static DiagnosticDescriptor NotATerm { get; } = Error(
        "MOE063",
        "A balancing term implements IBalanceTerm",
        "'{1}', the class of {2} on '{0}', must be a concrete class that implements IBalanceTerm<{3}>");

    /// <summary>An expert kind without the interface.</summary>
    public static DiagnosticDescriptor NotAnExpertKind { get; } = Error(
        "MOE064",
        "An expert kind of your own implements IExpertKind",
        "'{1}', an expert kind of '{0}', is neither built in ({2}) nor a concrete class that implements IExpertKind<{1}>");

    /// <summary>A type that generated code cannot name.</summary>
    public static DiagnosticDescriptor FileLocalPart { get; } = Error(
        "MOE065",
        "Generated code can name the types of a declaration",
        "'{1}' on '{0}' is local to its file, so the generated file cannot name it; declare it without 'file'");

    /// <summary>An option in the place of an inherited one, of another type.</summary>
    public static DiagnosticDescriptor HidesOption { get; } = Error(
        "MOE066",
        "An option keeps the type of the one that it hides",
        "{0} on '{2}' has an argument or option '{1}' of its own in place of the inherited one; it must be of type {3} as well, or have another name");
}
