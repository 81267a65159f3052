using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LibMoE.Generators.Reading;

/// <summary>
/// By which ids the compiler warns wherever a type is named: the id of <c>[Experimental]</c>, that of <c>[Obsolete(DiagnosticId = …)]</c>,
/// and CA2252 for preview features. The plain ids of <c>[Obsolete]</c> are switched off in every emitted file.
/// </summary>
internal static class WarningIds
{
    /// <summary>The ids of the types that a part of a declaration names.</summary>
    public static IEnumerable<string> OfPart(PartDeclaration part) =>
        part.Attribute.SelfAndBases().SelectMany(type => type.TypeArguments.Prepend(type)).SelectMany(OfType)
            .Concat(part.Attribute.GetMembers().SelectMany(Own))
            .Concat(part.OptionFacts.Values.Select(fact => fact.Type)
                .OfType<INamedTypeSymbol>().SelectMany(type => OfType(type).Concat(OfMembers(type))))
            .Concat(part.Arguments.Where(argument => argument.Kind == TypedConstantKind.Type)
                .Select(argument => argument.Value).OfType<ITypeSymbol>().SelectMany(OfType));

    /// <summary>The ids of a type: its own, and those of the types and the assembly around it.</summary>
    public static IEnumerable<string> OfType(ITypeSymbol type)
    {
        for (ISymbol? symbol = type; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingType)
        {
            foreach (var id in Own(symbol))
            {
                yield return id;
            }
        }

        foreach (var id in type.ContainingAssembly is { } assembly ? Own(assembly).Concat(Own(type.ContainingModule)) : [])
        {
            yield return id;
        }
    }

    private static IEnumerable<string> OfMembers(INamedTypeSymbol type) =>
        type.TypeKind == TypeKind.Enum ? type.GetMembers().SelectMany(Own) : [];

    private static IEnumerable<string> Own(ISymbol symbol) =>
        symbol.GetAttributes().Select(Id).Where(id => id is not null && SyntaxFacts.IsValidIdentifier(id)).Select(id => id!);

    private static string? Id(AttributeData data) => data.AttributeClass?.FullMetadataName() switch
    {
        "System.Diagnostics.CodeAnalysis.ExperimentalAttribute" => data.ConstructorArguments.FirstOrDefault().Value as string,
        "System.ObsoleteAttribute" => data.NamedArguments.FirstOrDefault(argument => argument.Key == "DiagnosticId").Value.Value as string,
        "System.Runtime.Versioning.RequiresPreviewFeaturesAttribute" => "CA2252",
        _ => null,
    };
}
