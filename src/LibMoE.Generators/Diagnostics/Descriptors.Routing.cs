using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Diagnostics;

/// <content>Gates, picks and what limits them.</content>
internal static partial class Descriptors
{
    /// <summary>More picks than experts.</summary>
    public static readonly DiagnosticDescriptor TopKAboveExperts = new(
        "MOE030",
        "A token picks at most all experts",
        "'{0}' lets a token pick TopK = {1} of {2} routable experts; TopK must be from 1 to {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE030.md");

    /// <summary>Groups of unequal size.</summary>
    public static readonly DiagnosticDescriptor GroupsDoNotDivide = new(
        "MOE031",
        "Groups divide the routable experts",
        "'{0}' splits {2} routable experts into Groups = {1} of unequal size; Groups must divide {2}: {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE031.md");

    /// <summary>More or fewer kept groups than there are.</summary>
    public static readonly DiagnosticDescriptor TopGroupsOutOfRange = new(
        "MOE032",
        "A token keeps at least one and at most all groups",
        "'{0}' lets a token pick from TopGroups = {1} of Groups = {2}; TopGroups must be from 1 to {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE032.md");

    /// <summary>Kept groups without groups.</summary>
    public static readonly DiagnosticDescriptor TopGroupsWithoutGroups = new(
        "MOE033",
        "TopGroups needs Groups",
        "'{0}' sets TopGroups = {1} without Groups; set Groups to a divisor of {2}, or remove TopGroups",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE033.md");

    /// <summary>More picks than the kept groups hold.</summary>
    public static readonly DiagnosticDescriptor TopKAboveGroups = new(
        "MOE034",
        "The kept groups hold enough experts",
        "'{0}' lets a token pick TopK = {1} experts from TopGroups = {2} groups of {3}, which hold {4}; TopK must be at most {4}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE034.md");

    /// <summary>A capacity without counted picks.</summary>
    public static readonly DiagnosticDescriptor CapacityDoesNotApply = new(
        "MOE035",
        "A capacity limits gates with K picks for each token",
        "Capacity on '{0}' does not apply to {1}, whose tokens do not have K picks each; remove it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE035.md");

    /// <summary>Dropout without a pick of the largest.</summary>
    public static readonly DiagnosticDescriptor ExpertDropoutDoesNotApply = new(
        "MOE036",
        "Expert dropout needs a gate that picks the largest scores",
        "ExpertDropout on '{0}' does not apply to {1}, which does not pick the K largest of the experts' scores; remove it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE036.md");

    /// <summary>Every expert takes more tokens than there are.</summary>
    public static readonly DiagnosticDescriptor CapacityFactorAboveExperts = new(
        "MOE037",
        "An expert takes at most all tokens",
        "CapacityFactor of ExpertChoiceGate on '{0}' is {1}, more than its {2} experts, so an expert would take more tokens than "
        + "there are; it must be at most {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE037.md");

    /// <summary>Another number of picks than the groups come to.</summary>
    public static readonly DiagnosticDescriptor TopKIsNotOfGroups = new(
        "MOE038",
        "Picks of every group make up the picks of a token",
        "'{0}' lets a token pick PicksPerGroup = {2} experts in each of {3} groups, which are {4}, but TopK is {1}; TopK must be {4}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE038.md");

    /// <summary>Picks of every group without groups, or of some groups.</summary>
    public static readonly DiagnosticDescriptor PicksPerGroupStandsAlone = new(
        "MOE039",
        "PicksPerGroup stands beside Groups alone",
        "'{0}' sets PicksPerGroup = {1}, which {2}; set Groups to a divisor of the routable experts, and leave TopGroups out",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE039.md");
}
