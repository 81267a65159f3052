using System.Collections.Immutable;
using LibMoE.Generators.Models;
using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Reading;

/// <summary>What is known of an option without its value.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Default">The option with the value of its <c>[DefaultValue]</c>; null where it has none.</param>
internal sealed record OptionFact(ITypeSymbol Type, OptionModel? Default = null);

/// <summary>Reads the options of an attribute, and fills in those that were not written from their <c>[DefaultValue]</c>.</summary>
internal static class OptionReader
{
    private const string DefaultValue = "System.ComponentModel.DefaultValueAttribute";

    /// <summary>All constructor arguments and options that the attribute can have, by name.</summary>
    public static ImmutableSortedDictionary<string, OptionFact> Facts(AttributeData data)
    {
        var facts = ImmutableSortedDictionary.CreateBuilder<string, OptionFact>(StringComparer.Ordinal);
        foreach (var (member, type) in Settable(data.AttributeClass!))
        {
            facts[member.Name] = new OptionFact(type, Default(member, type));
        }

        foreach (var parameter in data.AttributeConstructor!.Parameters)
        {
            facts[OptionLocator.OptionName(parameter.Name)] = new OptionFact(parameter.Type);
        }

        return facts.ToImmutable();
    }

    /// <summary>The values: constructor arguments in their order, then options in the order of their names.</summary>
    public static IEnumerable<OptionModel> Values(AttributeData data, ImmutableSortedDictionary<string, OptionFact> facts)
    {
        var parameters = data.AttributeConstructor!.Parameters.Select(parameter => OptionLocator.OptionName(parameter.Name));
        var arguments = parameters.Zip(data.ConstructorArguments, (name, constant) => Written(name, constant, isArgument: true)).ToList();
        var written = data.NamedArguments.Select(argument => Written(argument.Key, argument.Value, isArgument: false)).ToList();
        var names = new HashSet<string>(arguments.Concat(written).Select(option => option.Name), StringComparer.Ordinal);
        var defaults = facts.Where(fact => !names.Contains(fact.Key)).Select(fact => fact.Value.Default).OfType<OptionModel>();
        var named = written.Select(option => facts.TryGetValue(option.Name, out var fact) ? OrDefault(option, fact) : option);
        return arguments.Concat(named.Concat(defaults).OrderBy(option => option.Name, StringComparer.Ordinal));
    }

    /// <summary>The option, marked as its default where it has that value.</summary>
    public static OptionModel OrDefault(OptionModel option, OptionFact fact) =>
        fact.Default is { } standard && Equals(standard.Value, option.Value) ? standard : option;

    private static OptionModel Written(string name, TypedConstant constant, bool isArgument) =>
        new(name, Constants.Value(constant), Constants.Source(constant), isArgument, IsDefault: false);

    /// <summary>The properties and fields that an attribute's user may set by name; the most derived where one hides another.</summary>
    private static IEnumerable<(ISymbol Member, ITypeSymbol Type)> Settable(INamedTypeSymbol attribute)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in attribute.SelfAndBases().SelectMany(type => type.GetMembers()))
        {
            var type = member.IsStatic ? null : member switch
            {
                IPropertySymbol { IsIndexer: false, SetMethod.DeclaredAccessibility: Accessibility.Public } property => property.Type,
                IFieldSymbol { IsReadOnly: false, DeclaredAccessibility: Accessibility.Public } field => field.Type,
                _ => null,
            };
            if (type is not null && seen.Add(member.Name))
            {
                yield return (member, type);
            }
        }
    }

    private static OptionModel? Default(ISymbol member, ITypeSymbol type)
    {
        var attribute = member.GetAttributes().FirstOrDefault(data => data.AttributeClass?.FullMetadataName() == DefaultValue);
        return attribute?.ConstructorArguments.Length == 1 && Constants.TryConvert(attribute.ConstructorArguments[0], type, out var value)
            ? new OptionModel(member.Name, value, Constants.Source(value, type), IsArgument: false, IsDefault: true)
            : null;
    }
}
