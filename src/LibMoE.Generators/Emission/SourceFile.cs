using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>What stands around a part of a layer's class: usings, namespace, surrounding types.</summary>
internal static class SourceFile
{
    /// <summary>Writes what stands above the usings of every file.</summary>
    public static void WritePragmas(LayerModel layer, IndentedWriter writer)
    {
        writer.Line("#nullable enable");
        writer.Line("#pragma warning disable CS0612, CS0618, CS8981 // parts may be obsolete, and names all lower case");
        if (layer.Warnings.Count > 0)
        {
            writer.Line($"#pragma warning disable {string.Join(", ", layer.Warnings)} // of the types that the declaration names");
        }

        writer.Line();
    }

    /// <summary>Writes the usings that are wanted.</summary>
    public static void WriteUsings(IndentedWriter writer, params (string Name, bool IsUsed)[] usings)
    {
        foreach (var (name, _) in usings.Where(row => row.IsUsed))
        {
            writer.Line($"using {name};");
        }

        writer.Line();
    }

    /// <summary>Writes a part of the class with everything that is around it.</summary>
    public static void WriteClass(LayerModel layer, IndentedWriter writer, IEnumerable<string> attributes, string header, Action body)
    {
        if (layer.Namespace.Length > 0)
        {
            writer.Line($"namespace {layer.Namespace};");
            writer.Line();
        }

        var open = new Stack<IDisposable>(layer.Outer.Select(writer.Block));
        foreach (var line in attributes)
        {
            writer.Line(line);
        }

        open.Push(writer.Block(header));
        body();
        while (open.Count > 0)
        {
            open.Pop().Dispose();
        }
    }
}
