using System.Globalization;

namespace LibMoE.Runtime.Studies.Search;

/// <summary>A declaration as the C# that declares it.</summary>
internal static class DeclarationCode
{
    /// <summary>The attributes and the class of each layer; options that have their default are left out.</summary>
    public static string Of(MoeDeclaration declaration) => string.Join('\n', declaration.Layers.Select(Layer));

    private static string Layer(MoeDeclaration layer) =>
        $"[MoeLayer, {string.Join(", ", DeclaredPart.Of(layer).Select(Attribute))}]\npublic sealed partial class {layer.Name};";

    private static string Attribute(DeclaredPart part)
    {
        var options = part.Options.Where(option => option.IsArgument || !option.IsDefault)
            .Select(option => option.IsArgument ? Literal(option.Value) : $"{option.Name} = {Literal(option.Value)}").ToList();
        return part.Name + (part.Kind is { } kind ? $"<{kind}>" : "") + (options.Count > 0 ? $"({string.Join(", ", options)})" : "");
    }

    private static string Literal(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        string text => $"\"{text}\"",
        Enum member => $"{member.GetType().Name}.{member}",
        Type type => $"typeof({type.Name})",
        Array items => $"new[] {{ {string.Join(", ", items.Cast<object?>().Select(Literal))} }}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
