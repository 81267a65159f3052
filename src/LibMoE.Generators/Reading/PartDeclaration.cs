using System.Collections.Immutable;
using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;
using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Reading;

/// <summary>One attribute of a declaration with its symbols and places. It lives while a declaration is read, never in a step's result.</summary>
/// <param name="Role">What the attribute is.</param>
/// <param name="Model">Its values.</param>
/// <param name="Attribute">Its type.</param>
/// <param name="OptionTypes">The types of its constructor arguments and options, by name.</param>
/// <param name="Location">The attribute.</param>
/// <param name="OptionLocations">The arguments that were written, by option.</param>
/// <param name="Arguments">The constructor's arguments.</param>
internal sealed record PartDeclaration(
    PartRole Role,
    PartModel Model,
    INamedTypeSymbol Attribute,
    ImmutableSortedDictionary<string, ITypeSymbol> OptionTypes,
    LocationInfo Location,
    ImmutableDictionary<string, LocationInfo> OptionLocations,
    ImmutableArray<TypedConstant> Arguments)
{
    /// <summary>The attribute's name without suffix.</summary>
    public string Name => Model.Name;

    /// <summary>The expert kind of a group of experts.</summary>
    public ITypeSymbol? Kind => Attribute.TypeArguments.FirstOrDefault();

    /// <summary>The argument that gives an option; the whole attribute where it is not written.</summary>
    public LocationInfo LocationOf(string option) => OptionLocations.TryGetValue(option, out var location) ? location : Location;

    /// <summary>The part with another value for an option, which stands at another place.</summary>
    public PartDeclaration With(string option, object? value, string literal, LocationInfo location)
    {
        var old = Model.Options.FirstOrDefault(candidate => candidate.Name == option);
        var changed = new OptionModel(option, value, literal, old?.IsArgument ?? false, IsDefault: false);
        var options = Model.Options.Where(candidate => candidate.Name != option && !candidate.IsArgument).Concat(changed.IsArgument ? [] : [changed]);
        var arguments = Model.Options.Where(candidate => candidate.IsArgument).Select(candidate => candidate.Name == option ? changed : candidate);
        return this with
        {
            Model = Model with
            {
                Options = new EquatableArray<OptionModel>(arguments.Concat(options.OrderBy(candidate => candidate.Name, StringComparer.Ordinal))),
            },
            OptionLocations = OptionLocations.SetItem(option, location),
        };
    }
}
