using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Diagnostics;

/// <content>What a declaration is made of.</content>
internal static partial class Descriptors
{
    /// <summary>No gate.</summary>
    public static readonly DiagnosticDescriptor NoGate = new(
        "MOE010",
        "A layer needs a gate",
        "'{0}' declares no gate; add exactly one, such as [SoftmaxGate(TopK = 2)]",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE010.md");

    /// <summary>Several gates.</summary>
    public static readonly DiagnosticDescriptor SeveralGates = new(
        "MOE011",
        "A layer has one gate",
        "'{0}' declares {1} as well as {2}; a layer has exactly one gate, so remove one",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE011.md");

    /// <summary>No routed experts.</summary>
    public static readonly DiagnosticDescriptor NoExperts = new(
        "MOE012",
        "A layer needs routed experts",
        "'{0}' declares no routed experts; add at least one group, such as [Experts<SwiGlu>(8)]",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE012.md");

    /// <summary>Only zero-compute experts.</summary>
    public static readonly DiagnosticDescriptor OnlyZeroCompute = new(
        "MOE013",
        "A layer needs an expert that computes",
        "'{0}' can route to zero-compute experts only; add at least one group of FFN experts, such as [Experts<SwiGlu>(8)]",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE013.md");

    /// <summary>A part that a layer has once.</summary>
    public static readonly DiagnosticDescriptor SeveralParts = new(
        "MOE014",
        "A layer has some parts only once",
        "'{0}' declares {1} twice; a layer has it once, so remove one",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE014.md");
}
