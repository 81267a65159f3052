using System.Collections.Immutable;
using LibMoE.Generators.Models;
using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Reading;

/// <summary>Reads the options of an attribute, and fills in those that were not written from their <c>[DefaultValue]</c>.</summary>
internal static class OptionReader
{
    /// <summary>Constructor arguments in their order, then options in the order of their names.</summary>
    public static IEnumerable<OptionModel> Read(AttributeData data)
    {
        var parameters = data.AttributeConstructor!.Parameters;
        var arguments = data.ConstructorArguments.Select((constant, i) => new OptionModel(
            OptionLocator.OptionName(parameters[i].Name), Constants.Value(constant), Constants.Source(constant), IsArgument: true, IsDefault: false));
        return arguments.Concat(Named(data).OrderBy(option => option.Name, StringComparer.Ordinal));
    }

    /// <summary>The types of all constructor arguments and options, by name.</summary>
    public static ImmutableSortedDictionary<string, ITypeSymbol> Types(AttributeData data)
    {
        var types = ImmutableSortedDictionary.CreateBuilder<string, ITypeSymbol>(StringComparer.Ordinal);
        foreach (var (member, type) in Settable(data.AttributeClass!))
        {
            types[member.Name] = type;
        }

        foreach (var parameter in data.AttributeConstructor!.Parameters)
        {
            types[OptionLocator.OptionName(parameter.Name)] = parameter.Type;
        }

        return types.ToImmutable();
    }

    private static IEnumerable<OptionModel> Named(AttributeData data)
    {
        var written = data.NamedArguments.ToLookup(argument => argument.Key, argument => argument.Value);
        foreach (var (member, type) in Settable(data.AttributeClass!))
        {
            var hasDefault = TryDefault(member, type, out var defaultValue);
            if (written.Contains(member.Name))
            {
                var constant = written[member.Name].First();
                var value = Constants.Value(constant);
                yield return new OptionModel(
                    member.Name, value, Constants.Source(constant), IsArgument: false, IsDefault: hasDefault && Equals(value, defaultValue));
            }
            else if (hasDefault)
            {
                yield return new OptionModel(member.Name, defaultValue, Constants.Source(defaultValue, type), IsArgument: false, IsDefault: true);
            }
        }
    }

    /// <summary>The properties and fields that an attribute's user may set by name; the most derived where one hides another.</summary>
    private static IEnumerable<(ISymbol Member, ITypeSymbol Type)> Settable(INamedTypeSymbol attribute)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in attribute.SelfAndBases().SelectMany(type => type.GetMembers()))
        {
            var type = member switch
            {
                IPropertySymbol { IsStatic: false, SetMethod.DeclaredAccessibility: Accessibility.Public, IsIndexer: false } property => property.Type,
                IFieldSymbol { IsStatic: false, IsReadOnly: false, IsConst: false, DeclaredAccessibility: Accessibility.Public } field => field.Type,
                _ => null,
            };
            if (type is not null && seen.Add(member.Name))
            {
                yield return (member, type);
            }
        }
    }

    private static bool TryDefault(ISymbol member, ITypeSymbol type, out object? value)
    {
        value = null;
        var attribute = member.GetAttributes().FirstOrDefault(data => data.AttributeClass?.FullMetadataName() == "System.ComponentModel.DefaultValueAttribute");
        return attribute?.ConstructorArguments.Length == 1 && Constants.TryConvert(attribute.ConstructorArguments[0], type, out value);
    }
}
