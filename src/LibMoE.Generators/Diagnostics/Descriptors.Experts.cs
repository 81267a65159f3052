using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Diagnostics;

/// <content>Expert groups.</content>
internal static partial class Descriptors
{
    /// <summary>Shared experts that are no FFN.</summary>
    public static readonly DiagnosticDescriptor SharedNotFeedForward = new(
        "MOE040",
        "Shared experts are FFNs",
        "'{0}' shares experts of kind {1}, but shared experts are computed as one wide FFN; allowed are {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE040.md");

    /// <summary>A bias on experts that are no built-in FFN.</summary>
    public static readonly DiagnosticDescriptor BiasDoesNotApply = new(
        "MOE041",
        "Bias is an option of FFN experts",
        "'{0}' sets Bias on experts of kind {1}, which has no such projections; remove it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE041.md");

    /// <summary>A hidden width on experts without one.</summary>
    public static readonly DiagnosticDescriptor HiddenDoesNotApply = new(
        "MOE042",
        "Zero-compute experts have no hidden width",
        "'{0}' sets Hidden = {2} on zero-compute experts of kind {1}, which have no hidden width; remove it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE042.md");

    /// <summary>Zero-compute experts under a gate that does not take them.</summary>
    public static readonly DiagnosticDescriptor ZeroComputeDoesNotApply = new(
        "MOE043",
        "The gate takes zero-compute experts",
        "'{0}' declares zero-compute experts of kind {1} under {2}, which works on FFN experts only; remove them or choose "
        + "another gate",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE043.md");

    /// <summary>An option of SwiGLU on experts of another kind.</summary>
    public static readonly DiagnosticDescriptor SwiGluOptionDoesNotApply = new(
        "MOE044",
        "A clamp, a slope and an offset are options of SwiGlu experts",
        "'{0}' sets {1} on experts of kind {2}, which have no such formula; only SwiGlu experts take Limit, Slope, UpOffset and "
        + "ClampAfterActivation",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE044.md");

    /// <summary>An identity in the latent space.</summary>
    public static readonly DiagnosticDescriptor LatentIdentity = new(
        "MOE045",
        "Experts that give the token back work on the token",
        "'{0}' has LatentExperts beside zero-compute experts of kind {1}, which would give back the latent in the place of the token; "
        + "allowed are Zero and experts with matrices",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE045.md");

    /// <summary>A latent space under a gate that mixes tokens.</summary>
    public static readonly DiagnosticDescriptor LatentDoesNotApply = new(
        "MOE046",
        "Latent experts need tokens that are routed",
        "LatentExperts on '{0}' does not apply to {1}, whose experts work on mixtures of tokens; remove it or choose another gate",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE046.md");

    /// <summary>Shared experts in the sum of a gate that has none to take them.</summary>
    public static readonly DiagnosticDescriptor RouterSumDoesNotApply = new(
        "MOE047",
        "Shared experts stand in the sum of a gate that scores each expert on its own",
        "SharedExperts on '{0}' stand in the router's sum, but {1}; use {2} with Normalize, or remove InRouterSum",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE047.md");

    /// <summary>Zero experts left out where there are none.</summary>
    public static readonly DiagnosticDescriptor SkipZeroWithoutZero = new(
        "MOE048",
        "SkipZero needs Zero experts",
        "'{0}' leaves picks of Zero experts out of the weights, but has none; add Experts<Zero>, or remove SkipZero",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE048.md");

    /// <summary>A balanced assignment beside another rule of picking.</summary>
    public static readonly DiagnosticDescriptor SinkhornStandsAlone = new(
        "MOE049",
        "Sinkhorn picks stand beside no other rule of picking",
        "'{0}' picks by Sinkhorn, which balances all experts together, beside {1}; remove the one or the other",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE049.md");
}
