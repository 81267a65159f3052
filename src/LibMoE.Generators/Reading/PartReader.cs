using LibMoE.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LibMoE.Generators.Reading;

/// <summary>Reads one attribute of a declaration.</summary>
internal static class PartReader
{
    /// <summary>The attributes with a fixed role; gates and balancing terms are known by what they derive from.</summary>
    private static readonly Dictionary<string, PartRole> Roles = new(StringComparer.Ordinal)
    {
        ["LibMoE.ExpertsAttribute`1"] = PartRole.Experts,
        ["LibMoE.SharedExpertsAttribute`1"] = PartRole.SharedExperts,
        ["LibMoE.LatentExpertsAttribute"] = PartRole.LatentExperts,
        ["LibMoE.CapacityAttribute"] = PartRole.Capacity,
        ["LibMoE.ExpertDropoutAttribute"] = PartRole.ExpertDropout,
        ["LibMoE.VaryAttribute"] = PartRole.Vary,
        ["LibMoE.GateAttribute"] = PartRole.Gate,
        ["LibMoE.BalanceAttribute"] = PartRole.Balance,
    };

    /// <summary>The attribute as a part; null where it belongs to no declaration.</summary>
    /// <param name="data">An attribute that C# accepts.</param>
    /// <param name="token">Stops the reading.</param>
    public static PartDeclaration? TryRead(AttributeData data, CancellationToken token)
    {
        if (Role(data.AttributeClass!) is not { } role || data.ApplicationSyntaxReference?.GetSyntax(token) is not AttributeSyntax syntax)
        {
            return null;
        }

        var attribute = data.AttributeClass!;
        var facts = OptionReader.Facts(data);
        return new PartDeclaration(
            role,
            new PartModel(attribute.Source(), ShortName(attribute), new(OptionReader.Values(data, facts))),
            attribute,
            facts,
            syntax,
            LocationInfo.Of(syntax),
            OptionLocator.Locate(syntax, data.AttributeConstructor!),
            data.ConstructorArguments);
    }

    private static PartRole? Role(INamedTypeSymbol attribute) => attribute.SelfAndBases()
        .Select(type => Roles.TryGetValue(type.FullMetadataName(), out var role) ? role : (PartRole?)null)
        .FirstOrDefault(role => role is not null);

    private static string ShortName(INamedTypeSymbol attribute)
    {
        const string Suffix = nameof(Attribute);
        var name = attribute.Name;
        return name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal)
            ? name.Substring(0, name.Length - Suffix.Length)
            : name;
    }
}
