using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Diagnostics;

/// <content>Layers that differ by block.</content>
internal static partial class Descriptors
{
    /// <summary>A text that names no blocks.</summary>
    public static readonly DiagnosticDescriptor WrongBlocks = new(
        "MOE015",
        "Blocks are numbers and ranges",
        "Blocks of '{0}' is \"{1}\", but {2}; write numbers from 0 and ranges with commas between: \"0-2\", \"0,3,5\", \"3-\" (to the last "
        + "block), \"1-:2\" (every second from 1)",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE015.md");

    /// <summary>A block that two layers of a variant name.</summary>
    public static readonly DiagnosticDescriptor BlockTwice = new(
        "MOE016",
        "A block has one layer",
        "In '{0}' block {1} is named by '{2}' and by '{3}'; a block has one layer, so take it out of one of them",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE016.md");

    /// <summary>A family inside a variant.</summary>
    public static readonly DiagnosticDescriptor VaryForBlocks = new(
        "MOE017",
        "A family varies a whole variant",
        "'{1}' is the layer of some blocks of '{0}', which has no members for what it varies; move [Vary] to '{0}' or declare one variant "
        + "for each value",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE017.md");

    /// <summary>Blocks of blocks.</summary>
    public static readonly DiagnosticDescriptor BlocksTooDeep = new(
        "MOE018",
        "Layers of some blocks stand side by side",
        "'{0}' stands inside '{1}', which is itself the layer of some blocks of '{2}'; declare it in '{2}', beside '{1}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE018.md");

    /// <summary>A residual gate behind other logits.</summary>
    public static readonly DiagnosticDescriptor ResidualAcrossLayers = new(
        "MOE019",
        "A residual gate follows logits as many as its own",
        "The ResidualGate of '{0}' adds the {1} logits of the mixture before, but '{2}' has others; give all layers as many experts and a "
        + "gate with a logit for each, or '{0}' another gate",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Help + "MOE019.md");
}
