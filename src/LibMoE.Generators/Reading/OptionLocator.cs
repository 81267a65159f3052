using System.Collections.Immutable;
using LibMoE.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LibMoE.Generators.Reading;

/// <summary>Finds the arguments of an attribute in its syntax.</summary>
internal static class OptionLocator
{
    /// <summary>The place of every argument that was written, by the option's name.</summary>
    public static ImmutableDictionary<string, LocationInfo> Locate(AttributeSyntax syntax, IMethodSymbol constructor)
    {
        var locations = ImmutableDictionary.CreateBuilder<string, LocationInfo>();
        var arguments = syntax.ArgumentList?.Arguments ?? default;
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i].NameEquals?.Name.Identifier.ValueText
                ?? OptionName(arguments[i].NameColon?.Name.Identifier.ValueText ?? ParameterName(constructor, i));
            if (!locations.ContainsKey(name))
            {
                locations.Add(name, LocationInfo.Of(arguments[i]));
            }
        }

        return locations.ToImmutable();
    }

    /// <summary>The place of an element of an attribute's last argument; the attribute where elements do not stand one by one.</summary>
    public static LocationInfo Element(PartDeclaration part, int index, int count)
    {
        var arguments = part.Syntax.ArgumentList?.Arguments ?? default;
        var first = part.Arguments.Length - 1;
        return arguments.Count == first + count ? LocationInfo.Of(arguments[first + index]) : part.Location;
    }

    /// <summary>The name by which a constructor argument goes: the parameter's with a capital first letter.</summary>
    public static string OptionName(string parameter) =>
        parameter.Length == 0 ? parameter : char.ToUpperInvariant(parameter[0]) + parameter.Substring(1);

    /// <summary>The parameter of the argument at an index; all arguments from the last parameter on may be its array's.</summary>
    private static string ParameterName(IMethodSymbol constructor, int index) =>
        constructor.Parameters.Length == 0 ? string.Empty : constructor.Parameters[Math.Min(index, constructor.Parameters.Length - 1)].Name;
}
