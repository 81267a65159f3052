using LibMoE.Generators.Helpers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LibMoE.Generators.Reading;

/// <summary>How emitted code names a class and the types around it.</summary>
internal static class ClassHeader
{
    private static readonly SymbolDisplayFormat NamespaceFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    /// <summary>The namespace as C# source; empty for the global one.</summary>
    public static string Namespace(INamedTypeSymbol type) =>
        type.ContainingNamespace.IsGlobalNamespace ? string.Empty : type.ContainingNamespace.ToDisplayString(NamespaceFormat);

    /// <summary>The headers of the types around the class, outermost first.</summary>
    public static EquatableArray<string> Outer(INamedTypeSymbol type) =>
        new(type.Outer().Select(outer => $"partial {Keyword(outer)} {Symbols.Escape(outer.Name)}{TypeParameters(outer)}"));

    /// <summary>The type parameters with brackets and without spaces; empty where there are none.</summary>
    public static string TypeParameters(INamedTypeSymbol type) =>
        type.Arity == 0 ? string.Empty : $"<{string.Join(",", type.TypeParameters.Select(parameter => Symbols.Escape(parameter.Name)))}>";

    /// <summary>Whether the class and all types around it are public.</summary>
    public static bool IsPublic(INamedTypeSymbol type) =>
        type.Outer().Concat([type]).All(outer => outer.DeclaredAccessibility == Accessibility.Public);

    /// <summary>Whether code anywhere in the assembly can name the class.</summary>
    public static bool IsAccessible(INamedTypeSymbol type) => type.Outer().Concat([type]).All(outer =>
        outer.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal);

    /// <summary>The modifiers of a class that no source declares, as visible as <paramref name="model"/>.</summary>
    public static string Modifiers(INamedTypeSymbol model) => $"{SyntaxFacts.GetText(model.DeclaredAccessibility)} sealed partial";

    private static string Keyword(INamedTypeSymbol type) => (type.TypeKind, type.IsRecord) switch
    {
        (TypeKind.Interface, _) => "interface",
        (TypeKind.Struct, true) => "record struct",
        (TypeKind.Struct, false) => "struct",
        (_, true) => "record",
        _ => "class",
    };
}
