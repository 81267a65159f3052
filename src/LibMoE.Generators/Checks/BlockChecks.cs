using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Reading;

namespace LibMoE.Generators.Checks;

/// <summary>Whether the layers of a variant whose blocks differ share the blocks out among them, and fit each other.</summary>
internal static class BlockChecks
{
    private const string Residual = "LibMoE.ResidualGateAttribute";

    /// <summary>Gates whose logits are none, or other than one for each expert.</summary>
    private static readonly HashSet<string> OtherLogits =
        ["LibMoE.HashGateAttribute", "LibMoE.TernaryGateAttribute", "LibMoE.SoftSlotsGateAttribute"];

    /// <summary>Reports what is wrong.</summary>
    public static void Check(Declaration declaration, DiagnosticBag bag)
    {
        if (declaration.Blocks is { Problem: { } problem } wrong)
        {
            bag.Report(Descriptors.WrongBlocks, wrong.Location, declaration.Name, wrong.Text, problem);
        }

        if (declaration.IsForBlocksOfAnother)
        {
            CheckPlace(declaration, bag);
        }
        else
        {
            Declaration[] layers = [declaration, .. declaration.ByBlock];
            CheckOverlaps(declaration, layers, bag);
            CheckResidualGates(layers, bag);
        }
    }

    private static void CheckPlace(Declaration declaration, DiagnosticBag bag)
    {
        if (declaration.Of(PartRole.Vary).FirstOrDefault() is { } axis)
        {
            bag.Report(Descriptors.VaryForBlocks, axis.Location, declaration.Class.ContainingType.Name, declaration.Name);
        }

        var outer = declaration.Class.ContainingType;
        if (outer.ContainingType is { } outermost && DeclarationReader.Blocks(outer) is not null && DeclarationReader.IsLayer(outermost))
        {
            bag.Report(Descriptors.BlocksTooDeep, declaration.Blocks!.Location, declaration.Name, outer.Name, outermost.Name);
        }
    }

    private static void CheckOverlaps(Declaration variant, Declaration[] layers, DiagnosticBag bag)
    {
        for (var later = 1; later < layers.Length; later++)
        {
            for (var earlier = 0; earlier < later; earlier++)
            {
                if (layers[later].Blocks is { } blocks && layers[earlier].Blocks is { } others && others.Common(blocks) is { } both)
                {
                    bag.Report(Descriptors.BlockTwice, blocks.Location, variant.Name, both, layers[earlier].Name, layers[later].Name);
                }
            }
        }
    }

    /// <summary>A residual gate adds the logits of the mixture before, which must be as many.</summary>
    private static void CheckResidualGates(Declaration[] layers, DiagnosticBag bag)
    {
        foreach (var layer in layers.Where(layer => GateOf(layer) == Residual))
        {
            var other = layers.FirstOrDefault(other => other.Gate is not null
                && (other.Slots != layer.Slots || OtherLogits.Contains(GateOf(other)!)));
            if (other is not null)
            {
                bag.Report(Descriptors.ResidualAcrossLayers, layer.Gate!.Location, layer.Name, layer.Slots, other.Name);
            }
        }
    }

    private static string? GateOf(Declaration layer) => layer.Gate?.Attribute.FullMetadataName();
}
