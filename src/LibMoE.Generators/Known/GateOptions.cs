using LibMoE.Generators.Models;

namespace LibMoE.Generators.Known;

/// <summary>Switches that some built-in gates have.</summary>
internal static class GateOptions
{
    /// <summary>Whether the gate has the switch and it is set.</summary>
    public static bool Has(PartModel part, string option) => part.Has(option) && part.Bool(option);

    /// <summary>Whether a layer's gate has it; an option of a gate of the user's own says nothing here.</summary>
    public static bool Has(LayerModel layer, string option) => layer.Gate.Implementation is null && Has(layer.Gate.Part, option);

    /// <summary>A number of a layer's gate; 0 where the gate has none of that name.</summary>
    public static double Number(LayerModel layer, string option) =>
        layer.Gate.Implementation is null && layer.Gate.Part.Has(option) ? layer.Gate.Part.Double(option) : 0;
}
