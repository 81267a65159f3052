using System.Collections.Immutable;
using LibMoE.Generators.Known;
using LibMoE.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LibMoE.Generators.Reading;

/// <summary>One attribute of a declaration with its symbols and places. It lives while it is read, never in a step's result.</summary>
/// <param name="Role">What the attribute is.</param>
/// <param name="Model">Its values.</param>
/// <param name="Attribute">Its type.</param>
/// <param name="OptionFacts">The constructor arguments and options that it can have, by name.</param>
/// <param name="Syntax">The attribute as it was written.</param>
/// <param name="Location">The attribute.</param>
/// <param name="OptionLocations">The arguments that were written, by option.</param>
/// <param name="Arguments">The constructor's arguments.</param>
internal sealed record PartDeclaration(
    PartRole Role,
    PartModel Model,
    INamedTypeSymbol Attribute,
    ImmutableSortedDictionary<string, OptionFact> OptionFacts,
    AttributeSyntax Syntax,
    LocationInfo Location,
    ImmutableDictionary<string, LocationInfo> OptionLocations,
    ImmutableArray<TypedConstant> Arguments)
{
    /// <summary>The attribute's name without suffix.</summary>
    public string Name => Model.Name;

    /// <summary>The name of a part that the library has; empty for one of the user's own, which may bear the same name.</summary>
    public string BuiltInName => Role switch
    {
        PartRole.Gate => KnownGates.Find(Attribute.FullMetadataName())?.Name ?? string.Empty,
        PartRole.Balance => KnownBalance.Find(Attribute.FullMetadataName())?.Name ?? string.Empty,
        _ => Name,
    };

    /// <summary>The expert kind of a group of experts.</summary>
    public ITypeSymbol? Kind => Attribute.TypeArguments.FirstOrDefault();

    /// <summary>What a group's kind is.</summary>
    public ExpertRole ExpertRole => KnownExperts.Find(Kind!.FullMetadataName())?.Role ?? ExpertRole.Custom;

    /// <summary>The argument that gives an option; the whole attribute where it is not written.</summary>
    public LocationInfo LocationOf(string option) => OptionLocations.TryGetValue(option, out var location) ? location : Location;

    /// <summary>The part with another value for an option, which stands at another place.</summary>
    public PartDeclaration With(string option, object? value, string literal, LocationInfo location)
    {
        var isArgument = Model.Options.Any(old => old.Name == option && old.IsArgument);
        var changed = OptionReader.OrDefault(new OptionModel(option, value, literal, isArgument, IsDefault: false), OptionFacts[option]);
        var others = Model.Options.Where(old => !old.IsArgument && old.Name != option);
        var arguments = Model.Options.Where(old => old.IsArgument).Select(old => old.Name == option ? changed : old);
        var named = (changed.IsArgument ? others : others.Append(changed)).OrderBy(other => other.Name, StringComparer.Ordinal);
        return this with
        {
            Model = Model with { Options = new(arguments.Concat(named)) },
            OptionLocations = OptionLocations.SetItem(option, location),
        };
    }
}
