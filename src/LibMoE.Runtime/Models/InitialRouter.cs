using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>Lets the router of a layer start with another standard deviation than its gate declares.</summary>
internal static class InitialRouter
{
    /// <summary>Scales the router's weights that start at N(0, InitStd) to N(0, std): the same draws, so that only their size differs. A
    /// gate without such weights stays as it is.</summary>
    /// <param name="layer">A layer as it was made.</param>
    /// <param name="std">The standard deviation.</param>
    public static void Scale(MoeLayer layer, double std)
    {
        if (layer.Declaration.Gate is not RouterGateAttribute gate)
        {
            return;
        }

        using var quiet = no_grad();
        var random = layer.Declaration.Parameters(layer.Shape)
            .Where(spec => spec is { Router: true, Frozen: false, Buffer: false } && spec.Std == gate.InitStd)
            .Select(spec => spec.Name)
            .ToHashSet();
        foreach (var (name, parameter) in layer.named_parameters().Where(entry => random.Contains(entry.name)))
        {
            parameter.Scale(std / gate.InitStd);
        }
    }
}
