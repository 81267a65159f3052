using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Diagnostics;

/// <content>Parts of the user's own.</content>
internal static partial class Descriptors
{
    /// <summary>A gate without a router.</summary>
    public static readonly DiagnosticDescriptor GateWithoutRouter = new(
        "MOE060",
        "A gate of your own names its router",
        "{1} on '{0}' is a gate without a router; derive its attribute from GateAttribute<TRouter>",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE060.md");

    /// <summary>A router without the interface.</summary>
    public static readonly DiagnosticDescriptor NotARouter = new(
        "MOE061",
        "A router implements IRouter",
        "'{1}', the router of {2} on '{0}', must be a concrete class that implements IRouter<{1}, {3}>",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE061.md");

    /// <summary>A balancing term without a class that computes it.</summary>
    public static readonly DiagnosticDescriptor BalanceWithoutTerm = new(
        "MOE062",
        "A balancing term of your own names its class",
        "{1} on '{0}' is a balancing term without a class that computes it; derive its attribute from BalanceAttribute<TTerm>",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE062.md");

    /// <summary>A term without the interface.</summary>
    public static readonly DiagnosticDescriptor NotATerm = new(
        "MOE063",
        "A balancing term implements IBalanceTerm",
        "'{1}', the class of {2} on '{0}', must be a concrete class that implements IBalanceTerm<{3}>",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE063.md");

    /// <summary>An expert kind without the interface.</summary>
    public static readonly DiagnosticDescriptor NotAnExpertKind = new(
        "MOE064",
        "An expert kind of your own implements IExpertKind",
        "'{1}', an expert kind of '{0}', is neither built in ({2}) nor a concrete class that implements IExpertKind<{1}>",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE064.md");

    /// <summary>A type that generated code cannot name.</summary>
    public static readonly DiagnosticDescriptor FileLocalPart = new(
        "MOE065",
        "Generated code can name the types of a declaration",
        "'{1}' on '{0}' is local to its file, so the generated file cannot name it; declare it without 'file'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE065.md");

    /// <summary>An option in place of an inherited one, of another type.</summary>
    public static readonly DiagnosticDescriptor HidesOption = new(
        "MOE066",
        "An option keeps the type of the one that it hides",
        "{0} on '{2}' has an argument or option '{1}' of its own in place of the inherited one; it must be of type {3} as well, "
        + "or have another name",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE066.md");
}
