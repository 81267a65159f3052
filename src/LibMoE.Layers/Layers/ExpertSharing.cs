using LibMoE.Runtime.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Layers;

/// <summary>How ranks share the experts of a declared layer.</summary>
internal static class ExpertSharing
{
    /// <summary>Where a layer's experts are; null where all are here.</summary>
    public static ExpertPlacement? PlacementOf(MoeDeclaration declaration, MoeShape shape) => shape.Experts.AreShared
        ? new RankPlacement(
            shape.Experts, shape.FullPrefix.TrimEnd('.'),
            [.. declaration.Experts.Where(group => !IsZeroCompute(group)).Select(group => group.Count)])
        : null;

    /// <summary>Why a layer's experts cannot be shared, one sentence each; empty where they can, or are not.</summary>
    public static IEnumerable<string> Problems(MoeDeclaration declaration, MoeShape shape) => shape.Experts.AreShared
        ? [.. OfDevice(declaration, shape.Device), .. Problems(declaration, shape.Experts.Group.Size)]
        : [];

    /// <summary>Why some number of ranks cannot share a layer's experts, one sentence each.</summary>
    public static IEnumerable<string> Problems(MoeDeclaration declaration, int ranks)
    {
        foreach (var group in ranks > 1 ? declaration.Experts.Where(group => !IsZeroCompute(group)) : [])
        {
            if (typeof(nn.Module).IsAssignableFrom(group.Kind))
            {
                yield return $"{declaration.Name}: experts of a kind of your own ({group.Kind.Name}) are modules, which ranks do not "
                    + "share; set Ranks:Experts to 1.";
            }
            else if (group.Count < ranks)
            {
                yield return $"{declaration.Name}: {ranks} ranks cannot share {group.Count} {group.Kind.Name} experts, of which each takes "
                    + "one at least; set Ranks:Experts to at most that.";
            }
        }
    }

    private static IEnumerable<string> OfDevice(MoeDeclaration declaration, Device? device) =>
        device is null or { type: DeviceType.CPU or DeviceType.META }
            ? []
            : [$"{declaration.Name}: ranks exchange rows on the CPU alone, and the layer is to be on {device}; set Ranks:Experts to 1."];

    private static bool IsZeroCompute(ExpertGroupAttribute group) => typeof(IZeroComputeExpert).IsAssignableFrom(group.Kind);
}
