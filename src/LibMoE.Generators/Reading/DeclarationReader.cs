using LibMoE.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LibMoE.Generators.Reading;

/// <summary>Reads the attributes of a class that is marked as a layer.</summary>
internal static class DeclarationReader
{
    /// <summary>The attribute that marks a layer.</summary>
    public const string LayerAttribute = "LibMoE.MoeLayerAttribute";

    /// <summary>The declaration as it was written.</summary>
    public static Declaration Read(INamedTypeSymbol type, CancellationToken token)
    {
        var parts = new List<PartDeclaration>();
        var hasErrors = false;
        foreach (var data in type.GetAttributes())
        {
            token.ThrowIfCancellationRequested();
            if (IsRefused(data))
            {
                hasErrors = true;
            }
            else if (PartReader.TryRead(data, token) is { } part)
            {
                parts.Add(part);
            }
        }

        return new Declaration(type, type.Name, LocationInfo.Of(type.Locations[0]), parts, hasErrors) { Blocks = Blocks(type) };
    }

    /// <summary>The layers of certain blocks that stand inside a class.</summary>
    public static IEnumerable<Declaration> ByBlock(INamedTypeSymbol type, CancellationToken token) =>
        type.GetTypeMembers().Where(inner => IsLayer(inner) && Blocks(inner) is not null).Select(inner => Read(inner, token));

    /// <summary>The blocks that a layer names; null where it names none.</summary>
    public static BlocksDeclaration? Blocks(INamedTypeSymbol type)
    {
        var data = type.GetAttributes().FirstOrDefault(data => data.AttributeClass?.FullMetadataName() == LayerAttribute);
        var written = data?.NamedArguments.FirstOrDefault(argument => argument.Key == "Blocks").Value.Value;
        if (written is not string text || data!.ApplicationSyntaxReference?.GetSyntax() is not AttributeSyntax syntax)
        {
            return null;
        }

        var argument = syntax.ArgumentList!.Arguments.First(argument => argument.NameEquals?.Name.Identifier.ValueText == "Blocks");
        return BlocksDeclaration.Of(text, LocationInfo.Of(argument));
    }

    /// <summary>Whether the class is marked as a layer.</summary>
    public static bool IsLayer(INamedTypeSymbol type) =>
        type.GetAttributes().Any(data => data.AttributeClass?.FullMetadataName() == LayerAttribute);

    private static bool IsRefused(AttributeData data) =>
        data.AttributeClass is null or IErrorTypeSymbol
        || data.AttributeConstructor is null
        || !data.AttributeClass.TypeArguments.Zip(data.AttributeClass.TypeParameters, Fits).All(fits => fits)
        || data.ConstructorArguments.Concat(data.NamedArguments.Select(argument => argument.Value)).Any(IsRefused);

    private static bool Fits(ITypeSymbol argument, ITypeParameterSymbol parameter) =>
        argument is not IErrorTypeSymbol
        && parameter.ConstraintTypes.All(constraint =>
            argument.AllInterfaces.Append(argument).Any(type => SymbolEqualityComparer.Default.Equals(type, constraint)));

    private static bool IsRefused(TypedConstant constant) =>
        constant.Kind == TypedConstantKind.Error
        || (constant.Kind == TypedConstantKind.Array && !constant.IsNull && constant.Values.Any(IsRefused));
}
