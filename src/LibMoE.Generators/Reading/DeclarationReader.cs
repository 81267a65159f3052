using LibMoE.Generators.Models;
using Microsoft.CodeAnalysis;

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

        return new Declaration(type, type.Name, LocationInfo.Of(type.Locations[0]), parts, hasErrors);
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
