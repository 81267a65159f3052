using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Diagnostics;

/// <content>The class that carries a declaration.</content>
internal static partial class Descriptors
{
    /// <summary>The class or one around it is not partial.</summary>
    public static readonly DiagnosticDescriptor NotPartial = new(
        "MOE001",
        "A layer and the types around it are partial",
        "'{0}' is not partial, so the layer '{1}' cannot be completed; declare it as 'partial {2} {0}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE001.md");

    /// <summary>The class or one around it has type parameters.</summary>
    public static readonly DiagnosticDescriptor Generic = new(
        "MOE002",
        "A layer has no type parameters",
        "'{0}' has type parameters, but a layer is one variant with one declaration; declare '{1}' without type parameters, "
        + "outside generic types",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE002.md");

    /// <summary>A struct, record, interface, static, abstract or file-local class.</summary>
    public static readonly DiagnosticDescriptor NotAnOrdinaryClass = new(
        "MOE003",
        "A layer is an ordinary class",
        "'{0}' is {1}; a layer must be a class that is neither static, abstract, a record nor local to its file",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE003.md");

    /// <summary>A base class of the user's.</summary>
    public static readonly DiagnosticDescriptor OwnBase = new(
        "MOE004",
        "A layer has no base class of its own",
        "'{0}' derives from '{1}', but the generated part derives from MoeLayer; remove the base class (interfaces are allowed)",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE004.md");

    /// <summary>A member that the generator writes.</summary>
    public static readonly DiagnosticDescriptor OwnMember = new(
        "MOE005",
        "A layer leaves its constructor and its forward pass to the generator",
        "'{0}' declares {1}, which the generator writes; remove it (other members, static ones included, are allowed)",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE005.md");

    /// <summary>The runtime is not referenced.</summary>
    public static readonly DiagnosticDescriptor NoRuntime = new(
        "MOE006",
        "Layers need LibMoE.Layers",
        "'{0}' cannot be completed because this project does not reference LibMoE.Layers, which has the base class MoeLayer; "
        + "add the package LibMoE or that reference",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE006.md");

    /// <summary>A name of the generated part that means something else at the layer's place.</summary>
    public static readonly DiagnosticDescriptor HiddenName = new(
        "MOE007",
        "Names that generated code uses keep their meaning",
        "At the place of '{0}' the name {2} means '{1}', but the generated part means another type by it; rename '{1}', or move the layer "
        + "out of its reach",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE007.md");

    /// <summary>A C# that emitted code cannot be compiled as.</summary>
    public static readonly DiagnosticDescriptor OldLanguage = new(
        "MOE008",
        "Layers need a C# that generated code is written in",
        "'{0}' is compiled as C# {1}, but the generated part needs C# {2}; set <LangVersion>{2}</LangVersion> or later in the project, or "
        + "remove LangVersion",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE008.md");

    /// <summary>A name in a declaration that a member of the finished layer would hide.</summary>
    public static readonly DiagnosticDescriptor HiddenByMember = new(
        "MOE009",
        "Names in a declaration keep their meaning in the finished layer",
        "In the declaration of '{0}' the name {1} means '{2}', but the finished layer has a member {1}, which comes first; write it with "
        + "its namespace, as 'global::{2}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE009.md");
}
