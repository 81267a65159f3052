using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>Writes the completion of a declared layer.</summary>
internal static class LayerEmitter
{
    /// <summary>The text of the file.</summary>
    public static string Emit(LayerModel layer)
    {
        var writer = new IndentedWriter();
        TypeFrame.WriteHeader(writer);
        using (TypeFrame.Open(writer, layer.Namespace, layer.Outer))
        {
            using (writer.Block($"{layer.Modifiers} class {layer.Name}"))
            {
            }
        }

        return writer.ToString();
    }
}
