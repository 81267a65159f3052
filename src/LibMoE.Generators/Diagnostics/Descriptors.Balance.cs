using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Diagnostics;

/// <content>Balancing terms.</content>
internal static partial class Descriptors
{
    /// <summary>A term that reads what the gate does not have.</summary>
    public static readonly DiagnosticDescriptor TermDoesNotApply = new(
        "MOE050",
        "A balancing term applies to the gate",
        "{1} on '{0}' does not apply to {2}: {3}; remove it or choose another gate",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE050.md");

    /// <summary>A term over pairs of picks, with a single pick.</summary>
    public static readonly DiagnosticDescriptor DiversityNeedsTwoPicks = new(
        "MOE051",
        "DiversityLoss compares the picks of a token",
        "DiversityLoss on '{0}' compares the outputs of a token's picks, but TopK is {1}; TopK must be at least 2",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE051.md");

    /// <summary>A smooth load without a competitor.</summary>
    public static readonly DiagnosticDescriptor LoadNeedsCompetitors = new(
        "MOE052",
        "LoadBalance needs experts that are not picked",
        "LoadBalance on '{0}' compares each expert with the K-th best of the others, but TopK = {1} picks all {2} experts; TopK "
        + "must be below {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE052.md");

    /// <summary>Unbiased picks of a gate whose picks are not the K largest scores, bias or not.</summary>
    public static readonly DiagnosticDescriptor UnbiasedPicksDoNotApply = new(
        "MOE053",
        "Unbiased picks are those of a gate that picks the largest scores",
        "Picks = BalancePicks.Unbiased on '{0}' counts the K largest scores, but {1} does not pick the largest of s or s + b; leave Picks "
        + "at BalancePicks.Actual",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE053.md");

    /// <summary>A quantile update where there is no quantile.</summary>
    public static readonly DiagnosticDescriptor QuantileDoesNotApply = new(
        "MOE054",
        "Quantile updates are for the logits of all experts",
        "Update = BiasUpdate.Quantile on '{0}' does not apply: {1}; choose BiasUpdate.Sign or Proportional, or change that",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE054.md");
}
