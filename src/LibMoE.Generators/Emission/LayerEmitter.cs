using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>Writes the file of one declared layer: header, declaration, parameters, forward pass.</summary>
internal static class LayerEmitter
{
    /// <summary>The generated file.</summary>
    public static string Emit(LayerModel layer)
    {
        var plan = new EmissionPlan(layer);
        var writer = new IndentedWriter();
        HeaderWriter.Write(plan, writer);
        if (layer.Namespace.Length > 0)
        {
            writer.Line($"namespace {layer.Namespace};");
            writer.Line();
        }

        var open = new Stack<IDisposable>(layer.Outer.Select(writer.Block));
        if (layer.Variation.Length > 0)
        {
            writer.Line($"/// <summary>A member of a family: the declared layer with {layer.Variation}.</summary>");
        }

        writer.Line("[GeneratedCode(\"LibMoE.Generators\", \"1\")]");
        using (writer.Block($"{layer.Modifiers} class {layer.Name} : MoeLayer, IMoeLayer<{layer.Name}>"))
        {
            writer.Line($"private const int E = {layer.Slots};");
            if (plan.Gate.HasTopK)
            {
                writer.Line($"private const int K = {layer.Gate.Part.Int("TopK")};");
            }

            writer.Line();
            DeclarationWriter.Write(plan, writer);
            MemberWriter.Write(plan, writer);
            plan.Forward.Write(plan, writer);
            MemberWriter.WriteAfterStep(plan, writer);
        }

        while (open.Count > 0)
        {
            open.Pop().Dispose();
        }

        return ConstantRenamer.Apply(layer, writer.ToString());
    }
}
