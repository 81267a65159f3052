using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Known;
using LibMoE.Generators.Models;
using LibMoE.Generators.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LibMoE.Generators.Checks;

/// <summary>Whether what the generated part names, and how it names its own fields, is still free.</summary>
internal static class NameChecks
{
    /// <summary>Reports the first name that means something else at the layer's place; true where there is one.</summary>
    public static bool IsHidden(Declaration declaration, DiagnosticBag bag)
    {
        foreach (var scope in Around(declaration.Class))
        {
            foreach (var name in EmittedNames.All)
            {
                if (scope.GetMembers(name).FirstOrDefault(member => Hides(member, scope, declaration.Class)) is { } other)
                {
                    bag.Report(Descriptors.HiddenName, declaration.Location, declaration.Name, other.ToDisplayString(), name);
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// Reports the first name in the attributes' arguments that means something around the class now, and would mean a member of the
    /// generated part or of its base class then; true where there is one. E and K have other names where they are taken.
    /// </summary>
    public static bool IsHiddenByMember(Declaration declaration, Compilation compilation, DiagnosticBag bag)
    {
        var members = new HashSet<string>(compilation.GetTypeByMetadataName("LibMoE.Runtime.MoeLayer")!.SelfAndBases()
            .TakeWhile(type => type.SpecialType != SpecialType.System_Object)
            .SelectMany(type => type.GetMembers())
            .Where(member => member.DeclaredAccessibility is not (Accessibility.Private or Accessibility.Internal))
            .Select(member => member.Name)
            .Concat(ReservedMembers.Names)
            .Where(name => name is not ("E" or "K")), StringComparer.Ordinal);
        var attributes = declaration.Class.GetAttributes()
            .Select(data => data.ApplicationSyntaxReference?.GetSyntax()).OfType<AttributeSyntax>();
        foreach (var name in attributes.SelectMany(attribute => attribute.DescendantNodes()).OfType<IdentifierNameSyntax>())
        {
            if (members.Contains(name.Identifier.ValueText) && IsFirst(name)
                && compilation.GetSemanticModel(name.SyntaxTree).GetSymbolInfo(name).Symbol is { } symbol
                && !SymbolEqualityComparer.Default.Equals(symbol.ContainingType, declaration.Class))
            {
                bag.Report(Descriptors.HiddenByMember, LocationInfo.Of(name), declaration.Name, name.Identifier.ValueText,
                    symbol.ToDisplayString());
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a name is looked up as a value from the class outwards: nothing stands before it,
    /// and it is no name of an option.</summary>
    private static bool IsFirst(IdentifierNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression == name,
        NameColonSyntax or NameEqualsSyntax or AttributeSyntax or TypeArgumentListSyntax or QualifiedNameSyntax or AliasQualifiedNameSyntax
            or TypeOfExpressionSyntax => false,
        _ => true,
    };

    /// <summary>Reports a member of the class that has the name of one of the generated part; true where there is one.</summary>
    /// <param name="declaration">The declaration.</param>
    /// <param name="members">The names that the generated part gives to its fields and constants.</param>
    /// <param name="bag">Takes the report.</param>
    public static bool HasTakenMember(Declaration declaration, IEnumerable<string> members, DiagnosticBag bag)
    {
        var own = members.SelectMany(member => declaration.Class.GetMembers(member)).FirstOrDefault();
        if (own is not null)
        {
            bag.Report(Descriptors.OwnMember, LocationInfo.Of(own.Locations[0]), declaration.Name, $"'{own.Name}'");
        }

        return own is not null;
    }

    /// <summary>The class, the types and the namespaces around it, in the order in which C# looks for a name.</summary>
    private static IEnumerable<INamespaceOrTypeSymbol> Around(INamedTypeSymbol type)
    {
        for (INamespaceOrTypeSymbol? scope = type;
            scope is not null; scope = (INamespaceOrTypeSymbol?)scope.ContainingType ?? scope.ContainingNamespace)
        {
            yield return scope;
        }
    }

    private static bool Hides(ISymbol member, INamespaceOrTypeSymbol scope, INamedTypeSymbol layer) => member switch
    {
        INamespaceSymbol => true,
        INamedTypeSymbol type when scope is INamespaceSymbol =>
            IsSeen(type, layer) && !EmittedNames.Owners.Contains(type.ContainingAssembly.Name) && !IsOfTheFramework(type),
        _ => true,
    };

    /// <summary>Types that are local to a file, and internal ones of other assemblies, are not seen from the generated file.</summary>
    private static bool IsSeen(INamedTypeSymbol type, INamedTypeSymbol layer) =>
        !type.IsFileLocal
        && (type.DeclaredAccessibility == Accessibility.Public
            || SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, layer.ContainingAssembly));

    private static bool IsOfTheFramework(INamedTypeSymbol type) =>
        type.ContainingAssembly.Name.StartsWith("System", StringComparison.Ordinal) || type.ContainingAssembly.Name == "netstandard";
}
