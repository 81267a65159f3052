using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LibMoE.Generators.Reading;

/// <summary>Questions about symbols that reading and checking share.</summary>
internal static class Symbols
{
    /// <summary>The metadata name with its namespace, <c>LibMoE.ExpertsAttribute`1</c>; that of the unconstructed type.</summary>
    public static string FullMetadataName(this ITypeSymbol type) =>
        type.ContainingType is { } outer ? $"{outer.FullMetadataName()}+{type.MetadataName}"
        : type.ContainingNamespace is { IsGlobalNamespace: false } ns ? $"{ns.ToDisplayString()}.{type.MetadataName}"
        : type.MetadataName;

    /// <summary>The type and its base types, the most derived first.</summary>
    public static IEnumerable<INamedTypeSymbol> SelfAndBases(this INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            yield return current;
        }
    }

    /// <summary>The types around a type, outermost first.</summary>
    public static IEnumerable<INamedTypeSymbol> Outer(this INamedTypeSymbol type) =>
        type.ContainingType is { } outer ? outer.Outer().Concat([outer]) : [];

    /// <summary>Whether the type implements the interface of that metadata name and its type arguments pass the test.</summary>
    public static bool Implements(this ITypeSymbol type, string interfaceName, Func<INamedTypeSymbol, bool>? test = null) =>
        type.AllInterfaces.Any(candidate => candidate.FullMetadataName() == interfaceName && (test is null || test(candidate)));

    /// <summary>The text of a type's <c>[Description]</c> on one line; null without.</summary>
    public static string? Description(this ITypeSymbol type) => type.GetAttributes()
        .Where(data => data.AttributeClass?.FullMetadataName() == "System.ComponentModel.DescriptionAttribute")
        .Select(data => data.ConstructorArguments.Length == 1 ? data.ConstructorArguments[0].Value as string : null)
        .FirstOrDefault()?.Replace("\r", "").Replace('\n', ' ').Replace('\u0085', ' ').Replace('\u2028', ' ').Replace('\u2029', ' ');

    /// <summary>The type as C# source that means the same everywhere.</summary>
    public static string Source(this ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    /// <summary>A name as C# source: with <c>@</c> where it is a keyword anywhere in the language.</summary>
    public static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None
            ? name
            : "@" + name;
}
