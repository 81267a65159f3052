using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Known;
using LibMoE.Generators.Reading;
using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Checks;

/// <summary>Whether parts of the user's own have the class and the interface that generated code calls.</summary>
internal static class CustomPartChecks
{
    /// <summary>Reports parts that generated code could not call or name.</summary>
    public static void Check(Declaration declaration, DiagnosticBag bag)
    {
        foreach (var gate in declaration.Of(PartRole.Gate).Where(part => part.BuiltInName.Length == 0))
        {
            Check(declaration, gate, CustomParts.Gate, Descriptors.GateWithoutRouter, Descriptors.NotARouter, bag);
        }

        foreach (var term in declaration.Of(PartRole.Balance).Where(part => part.BuiltInName.Length == 0))
        {
            Check(declaration, term, CustomParts.Balance, Descriptors.BalanceWithoutTerm, Descriptors.NotATerm, bag);
        }

        foreach (var group in declaration.Of(PartRole.Experts))
        {
            CheckKind(declaration, group, bag);
        }
    }

    private static void Check(
        Declaration declaration,
        PartDeclaration part,
        CustomPart custom,
        DiagnosticDescriptor without,
        DiagnosticDescriptor wrong,
        DiagnosticBag bag)
    {
        if (custom.Implementation(part.Attribute) is not { } implementation)
        {
            bag.Report(without, part.Location, declaration.Name, part.Name);
        }
        else if (!IsConcrete(implementation)
            || !implementation.Implements(custom.Interface, candidate => Fits(candidate, implementation, part.Attribute)))
        {
            bag.Report(wrong, part.Location, declaration.Name, implementation.Name, part.Name, part.Attribute.Name);
        }
        else
        {
            CheckNameable(declaration, part, [part.Attribute, implementation], bag);
            CheckHidden(declaration, part, bag);
        }
    }

    /// <summary>An option of the user's own may take the place of an inherited one, such as TopK, if it has its type.</summary>
    private static void CheckHidden(Declaration declaration, PartDeclaration part, DiagnosticBag bag)
    {
        var inherited = part.Attribute.SelfAndBases()
            .Where(type => type.ContainingNamespace?.ToDisplayString() == "LibMoE")
            .SelectMany(type => type.GetMembers().OfType<IPropertySymbol>());
        foreach (var property in inherited.Where(property =>
            part.OptionFacts.TryGetValue(property.Name, out var fact) && !Same(fact.Type, property.Type)))
        {
            bag.Report(
                Descriptors.HidesOption,
                part.LocationOf(property.Name),
                part.Name,
                property.Name,
                declaration.Name,
                property.Type.ToDisplayString());
        }
    }

    private static void CheckKind(Declaration declaration, PartDeclaration group, DiagnosticBag bag)
    {
        var kind = group.Kind!;
        if (KnownExperts.Find(kind.FullMetadataName()) is not null)
        {
            return;
        }

        if (!IsConcrete(kind) || !kind.Implements(CustomParts.ExpertInterface, candidate => Same(candidate.TypeArguments[0], kind)))
        {
            var builtIn = string.Join(", ", KnownExperts.All.Select(row => row.Name));
            bag.Report(Descriptors.NotAnExpertKind, group.Location, declaration.Name, kind.Name, builtIn);
            return;
        }

        CheckNameable(declaration, group, [kind], bag);
    }

    private static void CheckNameable(Declaration declaration, PartDeclaration part, IEnumerable<ITypeSymbol> types, DiagnosticBag bag)
    {
        if (types.OfType<INamedTypeSymbol>().FirstOrDefault(IsFileLocal) is { } hidden)
        {
            bag.Report(Descriptors.FileLocalPart, part.Location, declaration.Name, hidden.Name);
        }
    }

    private static bool IsFileLocal(INamedTypeSymbol type) =>
        type.Outer().Concat([type]).Any(outer => outer.IsFileLocal) || type.TypeArguments.OfType<INamedTypeSymbol>().Any(IsFileLocal);

    private static bool IsConcrete(ITypeSymbol type) => type is INamedTypeSymbol { TypeKind: TypeKind.Class, IsAbstract: false };

    /// <summary>The last type argument is the options, to which the attribute must convert; one before it is the class.</summary>
    private static bool Fits(INamedTypeSymbol candidate, ITypeSymbol implementation, INamedTypeSymbol attribute) =>
        candidate.TypeArguments.Take(candidate.Arity - 1).All(argument => Same(argument, implementation))
        && attribute.SelfAndBases().Any(type => Same(candidate.TypeArguments.Last(), type));

    private static bool Same(ITypeSymbol left, ITypeSymbol right) => SymbolEqualityComparer.Default.Equals(left, right);
}
