using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Diagnostics;

/// <content>Families.</content>
internal static partial class Descriptors
{
    /// <summary>No part has the option.</summary>
    public static DiagnosticDescriptor VaryUnknown { get; } = Error(
        "MOE070", "A varied option exists", "No part of '{0}' has an option '{1}'; options that can vary are {2}");

    /// <summary>Several parts have the option.</summary>
    public static DiagnosticDescriptor VaryAmbiguous { get; } = Error(
        "MOE071", "A varied option is one option", "'{1}' is an option of several parts of '{0}'; write {2}");

    /// <summary>A value of another type.</summary>
    public static DiagnosticDescriptor VaryWrongType { get; } = Error(
        "MOE072", "A varied option has values of its type", "{2} is no value for {1} of '{0}', which is of type {3}");

    /// <summary>No values, or one twice.</summary>
    public static DiagnosticDescriptor VaryValues { get; } = Error(
        "MOE073", "A varied option has different values", "Vary gives {1} of '{0}' {2}; give at least one value, and each once");

    /// <summary>The same option twice.</summary>
    public static DiagnosticDescriptor VaryTwice { get; } = Error(
        "MOE074", "An option varies once", "'{0}' varies {1} twice; put all values into one Vary attribute");

    /// <summary>A name that something else has.</summary>
    public static DiagnosticDescriptor VaryNameTaken { get; } = Error(
        "MOE075", "The members of a family have names of their own", "'{0}' varies to '{1}', a name that {2} already has; rename the one or the other");

    /// <summary>Too many members.</summary>
    public static DiagnosticDescriptor VaryTooMany { get; } = Error(
        "MOE076", "A family is of a size that can be compiled", "'{0}' varies to {1} layers; a family has at most {2}");
}
