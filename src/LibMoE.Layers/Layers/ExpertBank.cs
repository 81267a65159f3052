using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Layers;

/// <summary>The experts that several layers of one declaration have in common, each with a gate of its own.</summary>
internal static class ExpertBank
{
    /// <summary>The layer whose experts they are.</summary>
    /// <param name="layer">One that takes them, or their owner.</param>
    public static MoeLayer OwnerOf(MoeLayer layer) => layer.Shape.ExpertsOf is { } other ? OwnerOf(other) : layer;

    /// <summary>The owner's parameter.</summary>
    /// <param name="other">The layer that experts are taken of.</param>
    /// <param name="spec">Its row of the parameter table.</param>
    public static Parameter Of(MoeLayer other, ParameterSpec spec) =>
        OwnerOf(other).named_parameters(recurse: false).Single(entry => entry.name == spec.Name).parameter;

    /// <summary>Why a layer cannot take the experts of another, one sentence each; empty where it can, or takes none.</summary>
    public static IEnumerable<string> Problems(MoeDeclaration declaration, MoeShape shape) => shape.ExpertsOf is { } other
        ? Problems(declaration, shape, other, shape.Experts.AreShared || other.Shape.Experts.AreShared)
        : [];

    /// <summary>The same, where it is known whether ranks share the experts.</summary>
    internal static IEnumerable<string> Problems(MoeDeclaration declaration, MoeShape shape, MoeLayer other, bool onRanks)
    {
        if (!ReferenceEquals(other.Declaration, declaration))
        {
            yield return $"{declaration.Name}: a layer takes the experts of one of the same declaration, and {nameof(MoeShape.ExpertsOf)} "
                + $"is of {other.Declaration.Name}.";
        }
        else if (declaration.Experts.FirstOrDefault(group => typeof(nn.Module).IsAssignableFrom(group.Kind)) is { } own)
        {
            yield return $"{declaration.Name}: experts of a kind of your own ({own.Kind.Name}) are modules, which layers do not share; "
                + $"leave {nameof(MoeShape.ExpertsOf)} out.";
        }
        else if (Words(shape) is var asked && Words(other.Shape) is var made && asked != made)
        {
            yield return $"{declaration.Name}: the layer is to have {asked}, and that of {nameof(MoeShape.ExpertsOf)} has {made}; give "
                + "both the same.";
        }
        else if (onRanks)
        {
            yield return $"{declaration.Name}: experts that several ranks share cannot have several gates; set Ranks:Experts to 1.";
        }
    }

    /// <summary>Refuses another number type or device than the experts have: TorchSharp moves a module by making new parameters, and each
    /// layer would have its own.</summary>
    /// <exception cref="InvalidOperationException">They would be moved.</exception>
    public static void CheckMove(MoeLayer layer, ScalarType? dtype, Device? device)
    {
        var expert = OwnerOf(layer).parameters(recurse: false).Last();
        if ((dtype is { } type && type != expert.dtype)
            || (device is not null && (device.type != expert.device_type || device.index != expert.device_index)))
        {
            throw new InvalidOperationException(
                $"{layer.Declaration.Name}: layers with experts in common are not moved; make them with the number type and the device "
                + $"that they are to have, in {nameof(MoeShape)}.");
        }
    }

    /// <summary>What decides the parameters of experts.</summary>
    private static string Words(MoeShape shape) =>
        $"Dim {shape.Dim}, Hidden {shape.Hidden}, Output {shape.OutputWidth}, {shape.DType} on {shape.Device ?? CPU}";
}
