using System.ComponentModel;
using System.Reflection;

namespace LibMoE.Runtime.Studies.Search;

/// <summary>An option of a declared attribute.</summary>
/// <param name="Name">The property's name.</param>
/// <param name="Value">Its value.</param>
/// <param name="IsArgument">Whether it is an argument of the attribute's constructor.</param>
/// <param name="IsDefault">Whether it is what an attribute has where nothing is said.</param>
internal sealed record DeclaredOption(string Name, object? Value, bool IsArgument, bool IsDefault);

/// <summary>One attribute of a declaration.</summary>
/// <param name="Name">Its name without suffix, such as <c>SoftmaxGate</c>.</param>
/// <param name="Kind">Its type argument, such as <c>SwiGlu</c>; null where it has none.</param>
/// <param name="Options">Its options, arguments of the constructor first.</param>
internal sealed record DeclaredPart(string Name, string? Kind, IReadOnlyList<DeclaredOption> Options)
{
    /// <summary>The attributes of a layer, in the order in which they are written.</summary>
    public static IEnumerable<DeclaredPart> Of(MoeDeclaration layer) =>
        ((IEnumerable<Attribute?>)[.. layer.Experts, layer.Shared, layer.Latent, layer.Gate, .. layer.Balance, layer.Capacity,
            layer.ExpertDropout])
        .OfType<Attribute>().Select(Of);

    private static DeclaredPart Of(Attribute attribute)
    {
        var type = attribute.GetType();
        var arguments = type.GetConstructors()
            .MaxBy(constructor => constructor.GetParameters().Length)?.GetParameters().Select(parameter => parameter.Name!).ToList() ?? [];
        var options = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => (Property: property, Place: arguments.FindIndex(
                argument => argument.Equals(property.Name, StringComparison.OrdinalIgnoreCase))))
            .Where(option => option.Place >= 0 || option.Property.CanWrite)
            .OrderBy(option => option.Place < 0 ? int.MaxValue : option.Place)
            .ThenBy(option => option.Property.Name, StringComparer.Ordinal)
            .Select(option => Option(attribute, option.Property, option.Place >= 0));
        return new DeclaredPart(
            type.Name.Split('`')[0].Replace("Attribute", "", StringComparison.Ordinal),
            type.IsGenericType ? type.GetGenericArguments()[0].Name : null,
            [.. options]);
    }

    private static DeclaredOption Option(Attribute attribute, PropertyInfo property, bool isArgument)
    {
        var value = property.GetValue(attribute);
        return new DeclaredOption(
            property.Name, value, isArgument,
            property.GetCustomAttribute<DefaultValueAttribute>() is { } known && Equals(known.Value, value));
    }
}
