using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Diagnostics;

/// <content>Advice on declarations that are right; analyzers report it.</content>
internal static partial class Descriptors
{
    /// <summary>
    /// A router without a gradient. A warning, since nothing else shows it: the layer trains, and its routing stays what chance made it.
    /// </summary>
    public static readonly DiagnosticDescriptor RouterLearnsNothing = new(
        "MOE101",
        "A single normalised pick teaches the router nothing",
        "'{0}' normalises the weight of a single pick to a constant, so its router learns nothing from the task; set Normalize = "
        + "false, as Switch Transformer does",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE101.md");

    /// <summary>A gate that looks ahead.</summary>
    public static readonly DiagnosticDescriptor NotCausal = new(
        "MOE102",
        "The gate is not causal",
        "'{0}' routes with {1}, by which later tokens influence earlier ones; it is not for autoregressive language models",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE102.md");

    /// <summary>Every expert for every token.</summary>
    public static readonly DiagnosticDescriptor Dense = new(
        "MOE103",
        "Every token uses every expert",
        "'{0}' lets every token pick all {1} of its experts, so it costs as much as a dense layer of their size",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE103.md");

    /// <summary>Zero-compute experts that are balanced like FFN experts, or not at all.</summary>
    public static readonly DiagnosticDescriptor UnweightedZeroCompute = new(
        "MOE104",
        "Zero-compute experts have a balancing term of their own",
        "'{0}' has zero-compute experts of kind {1} without HeterogeneousBalance, so nothing says how much they are to be used "
        + "in relation to FFN experts",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE104.md");

    /// <summary>The term of zero-compute experts without such experts.</summary>
    public static readonly DiagnosticDescriptor HeterogeneousWithoutZeroCompute = new(
        "MOE105",
        "HeterogeneousBalance is for zero-compute experts",
        "'{0}' has no zero-compute experts, so its HeterogeneousBalance is the same as SwitchBalance",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE105.md");

    /// <summary>A capacity that seats later tokens before earlier ones.</summary>
    public static readonly DiagnosticDescriptor CapacityLooksAhead = new(
        "MOE106",
        "A capacity with several picks, or by probability, is not strictly causal",
        "'{0}' limits {1} of earlier ones, so a later token can take an earlier one's seat in the same call",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE106.md");

    /// <summary>Parts of a layer on a class that is none.</summary>
    public static readonly DiagnosticDescriptor PartsWithoutLayer = new(
        "MOE107",
        "A class with parts of a layer is a layer",
        "'{0}' has {1} but not [MoeLayer], so nothing is generated for it and no study has it; add MoeLayer to its attributes",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE107.md");

    /// <summary>A number that libtorch reads after its last use.</summary>
    public static readonly DiagnosticDescriptor ScalarLifetime = new(
        "MOE110", "A number must live as long as libtorch reads it",
        "'{0}' hands libtorch a number that the garbage collector may free first; use TensorMath or Scalars, or keep the "
        + "Scalar in a static readonly field or a using declaration",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE110.md");
}
