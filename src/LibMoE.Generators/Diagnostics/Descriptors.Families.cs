using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Diagnostics;

/// <content>Families.</content>
internal static partial class Descriptors
{
    /// <summary>No part has the option.</summary>
    public static readonly DiagnosticDescriptor VaryUnknown = new(
        "MOE070",
        "A varied option exists",
        "No part of '{0}' has an option '{1}'; options that can vary are {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE070.md");

    /// <summary>Several parts have the option.</summary>
    public static readonly DiagnosticDescriptor VaryAmbiguous = new(
        "MOE071",
        "A varied option is one option",
        "'{1}' is an option of several parts of '{0}'; write {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE071.md");

    /// <summary>A value of another type.</summary>
    public static readonly DiagnosticDescriptor VaryWrongType = new(
        "MOE072",
        "A varied option has values of its type",
        "{2} is no value for {1} of '{0}', which is of type {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE072.md");

    /// <summary>No values, or one twice.</summary>
    public static readonly DiagnosticDescriptor VaryValues = new(
        "MOE073",
        "A varied option has different values",
        "Vary gives {1} of '{0}' {2}; give at least one value, and each once",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE073.md");

    /// <summary>The same option twice.</summary>
    public static readonly DiagnosticDescriptor VaryTwice = new(
        "MOE074",
        "An option varies once",
        "'{0}' varies {1} twice; put all values into one Vary attribute",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE074.md");

    /// <summary>A name that something else has.</summary>
    public static readonly DiagnosticDescriptor VaryNameTaken = new(
        "MOE075",
        "The members of a family have names of their own",
        "'{0}' varies to '{1}', a name that {2} already has; rename the one or the other",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE075.md");

    /// <summary>Too many members.</summary>
    public static readonly DiagnosticDescriptor VaryTooMany = new(
        "MOE076",
        "A family is of a size that can be compiled",
        "'{0}' varies to {1} layers; a family has at most {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE076.md");
}
