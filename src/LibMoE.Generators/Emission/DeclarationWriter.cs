using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>Writes the declaration as an object: the attributes re-created, the formulas, the canonical texts, the parameter table.</summary>
internal static class DeclarationWriter
{
    /// <summary>Writes the static members.</summary>
    public static void Write(EmissionPlan plan, IndentedWriter writer)
    {
        var layer = plan.Layer;
        writer.Line("private static readonly MoeDeclaration Declared = new()");
        writer.Line("{");
        foreach (var line in Properties(plan))
        {
            writer.Line("    " + line);
        }

        writer.Line("};");
        writer.Line();
        writer.Line("/// <inheritdoc />");
        writer.Line($"static MoeDeclaration IMoeLayer<{layer.Name}>.Declaration => Declared;");
        writer.Line();
        writer.Line("/// <summary>Makes the layer with its initial parameters.</summary>");
        writer.Line($"public static {layer.Name} Create(MoeShape shape) => new(shape);");
        writer.Line();
        writer.Line("private static IReadOnlyList<ParameterSpec> ParameterTable(MoeShape shape) =>");
        writer.Line("[");
        foreach (var row in Rows(plan))
        {
            writer.Line("    " + row);
        }

        writer.Line("];");
        writer.Line();
    }

    /// <summary>A part as an expression that makes the attribute again.</summary>
    public static string Recreate(PartModel part)
    {
        var arguments = string.Join(", ", part.Options.Where(option => option.IsArgument).Select(option => option.Literal));
        var options = string.Join(", ", part.Options
            .Where(option => !option.IsArgument && !option.IsDefault)
            .Select(option => $"{option.Name} = {Short(option.Literal)}"));
        return $"new {Short(part.TypeName)}({arguments}){(options.Length == 0 ? "" : $" {{ {options} }}")}";
    }

    private static IEnumerable<string> Properties(EmissionPlan plan)
    {
        var layer = plan.Layer;
        yield return $"Name = {Text.Quote(layer.Name)},";
        yield return $"Experts = [{string.Join(", ", layer.Experts.Select(group => Recreate(group.Part)))}],";
        if (layer.Shared is { } shared)
        {
            yield return $"Shared = {Recreate(shared.Part)},";
        }

        yield return $"Gate = {Recreate(layer.Gate.Part)},";
        yield return $"Balance = [{string.Join(", ", layer.Balance.Select(term => Recreate(term.Part)))}],";
        if (layer.Capacity is { } capacity)
        {
            yield return $"Capacity = {Recreate(capacity)},";
        }

        if (layer.ExpertDropout is { } dropout)
        {
            yield return $"ExpertDropout = {Recreate(dropout)},";
        }

        yield return "Formulas =";
        yield return "[";
        foreach (var formula in plan.Formulas())
        {
            yield return $"    {Text.Quote(formula.ToString())},";
        }

        yield return "],";
        foreach (var line in Concatenated("StructureText", CanonicalText.Structure(layer)).Concat(Concatenated("CoefficientsText", CanonicalText.Coefficients(layer))))
        {
            yield return line;
        }

        yield return "Parameters = ParameterTable,";
    }

    /// <summary>A text of several lines as a sum of literals, one a source line.</summary>
    private static IEnumerable<string> Concatenated(string property, string text)
    {
        yield return property + " =";
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var last = i == lines.Length - 1;
            yield return $"    {Text.Quote(last ? lines[i] : lines[i] + "\n")}{(last ? "," : " +")}";
        }
    }

    private static IEnumerable<string> Rows(EmissionPlan plan) =>
    [
        .. plan.Gate.CustomSpecs(plan.Layer).Select(specs => $".. {specs},"),
        .. plan.Parameters().Select(row => row.ToSource()),
        .. plan.Experts.Custom.Select(group => $".. {group.Specs},"),
    ];

    /// <summary>Built-in parts go by their short names; the usings above the class cover them.</summary>
    private static string Short(string source) => source.Replace("global::LibMoE.Runtime.", "").Replace("global::LibMoE.", "");
}
