using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>Writes the declaration as an object: the attributes re-created, the formulas, the canonical texts,
/// the parameter table.</summary>
internal static class DeclarationWriter
{
    /// <summary>Writes the static members.</summary>
    public static void Write(EmissionPlan plan, IndentedWriter writer)
    {
        var layer = plan.Layer;
        foreach (var line in plan.Gate.OwnAttribute(layer))
        {
            writer.Line(line);
            writer.Line();
        }

        writer.Line("private static readonly MoeDeclaration Declared = new()");
        writer.Line("{");
        foreach (var line in Properties(plan))
        {
            writer.Line(line.Length == 0 ? "" : "    " + line);
        }

        writer.Line("};");
        writer.Line();
        writer.Line("/// <inheritdoc />");
        writer.Line($"static MoeDeclaration IMoeLayer<{layer.Name}>.Declaration => Declared;");
        writer.Line();
        writer.Line("/// <summary>Makes the layer with its initial parameters.</summary>");
        writer.Line($"public static {layer.Name} Create(MoeShape shape) => new(shape);");
    }

    /// <summary>A part as an expression that makes the attribute again.</summary>
    public static string Recreate(PartModel part)
    {
        var arguments = string.Join(", ", part.Options.Where(option => option.IsArgument).Select(option => option.Literal));
        var options = string.Join(", ", part.Options
            .Where(option => !option.IsArgument && !option.IsDefault)
            .Select(option => $"{option.Name} = {Short(option.Literal)}"));
        var call = arguments.Length == 0 && options.Length > 0 ? "" : $"({arguments})";
        return $"new {Short(part.TypeName)}{call}{(options.Length == 0 ? "" : $" {{ {options} }}")}";
    }

    private static string Recreate(BlockSpan span) => (span.Last, span.Step) switch
    {
        (null, 1) => $"new global::LibMoE.Runtime.BlockRange({span.First}, null)",
        ({ } last, 1) => $"new global::LibMoE.Runtime.BlockRange({span.First}, {last})",
        (null, _) => $"new global::LibMoE.Runtime.BlockRange({span.First}, null, {span.Step})",
        ({ } last, _) => $"new global::LibMoE.Runtime.BlockRange({span.First}, {last}, {span.Step})",
    };

    private static IEnumerable<string> Properties(EmissionPlan plan)
    {
        var layer = plan.Layer;
        yield return $"Name = {Text.Quote(layer.Name)},";
        yield return $"Experts = [{string.Join(", ", layer.Experts.Select(group => Recreate(group.Part)))}],";
        if (layer.Shared is { } shared)
        {
            yield return $"Shared = {Recreate(shared.Part)},";
        }

        if (layer.Latent is { } latent)
        {
            yield return $"Latent = {Recreate(latent)},";
        }

        yield return $"Gate = {(layer.Gate.Implementation is null ? Recreate(layer.Gate.Part) : CustomGateWriter.Attribute)},";
        yield return $"Balance = [{string.Join(", ", layer.Balance.Select(term => Recreate(term.Part)))}],";
        if (layer.Capacity is { } capacity)
        {
            yield return $"Capacity = {Recreate(capacity)},";
        }

        if (layer.ExpertDropout is { } dropout)
        {
            yield return $"ExpertDropout = {Recreate(dropout)},";
        }

        if (layer.Blocks.Count > 0)
        {
            yield return $"Blocks = [{string.Join(", ", layer.Blocks.Select(Recreate))}],";
        }

        if (layer.ByBlock.Count > 0)
        {
            var others = layer.ByBlock.Select(inner => $"global::LibMoE.Runtime.MoeVariant.Of<{inner}>()");
            yield return $"ByBlock = [{string.Join(", ", others)}],";
        }

        foreach (var fact in Facts(plan))
        {
            yield return fact + ",";
        }

        yield return "Formulas = Formulas.Split('\\n'),";
        foreach (var line in Text.Literal("StructureText =", CanonicalText.Structure(layer), ",")
            .Concat(Text.Literal("CoefficientsText =", CanonicalText.Coefficients(layer), ",")))
        {
            yield return line;
        }

        yield return "Parameters = ParameterTable,";
    }

    /// <summary>What the gate is, so that nobody needs to know its type.</summary>
    private static IEnumerable<string> Facts(EmissionPlan plan)
    {
        yield return $"Kind = RoutingKind.{plan.Gate.Kind}";
        yield return $"GateRoutesTokensAlone = {plan.Gate.RoutesTokensAlone(plan.Layer)}";
        yield return $"PicksPerToken = {plan.Gate.PicksPerToken(plan.Layer)}";
        if (plan.Gate.WeightSum(plan.Layer) is { } sum)
        {
            yield return $"WeightSum = {Text.Number(sum)}";
        }

        yield return $"ReadsPreviousLogits = {(plan.Gate.ReadsPreviousLogits ? "true" : "false")}";
    }

    /// <summary>Built-in parts go by their short names; the usings above the class cover them.</summary>
    private static string Short(string source) => source.Replace("global::LibMoE.Runtime.", "").Replace("global::LibMoE.", "");
}
