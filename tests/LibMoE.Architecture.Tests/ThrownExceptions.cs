using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LibMoE.Architecture.Tests;

/// <summary>The exceptions that a member throws itself or by private methods of its type, and those of this library's own types that
/// anything else throws which it calls by name.</summary>
internal static class ThrownExceptions
{
    /// <summary>The types, without those that a <c>catch</c> around the place takes.</summary>
    /// <param name="member">A member of the compilation.</param>
    /// <param name="compilation">The compilation.</param>
    public static IReadOnlyCollection<INamedTypeSymbol> Of(ISymbol member, Compilation compilation)
    {
        var found = new HashSet<INamedTypeSymbol>(SymbolEqualityComparer.Default);
        Collect(member, compilation, found, new HashSet<ISymbol>(SymbolEqualityComparer.Default));
        return found;
    }

    /// <summary>A type and everything that it derives from.</summary>
    public static IEnumerable<INamedTypeSymbol> SelfAndBases(this INamedTypeSymbol type)
    {
        for (var at = type; at is not null; at = at.BaseType)
        {
            yield return at;
        }
    }

    private static void Collect(ISymbol member, Compilation compilation, HashSet<INamedTypeSymbol> found, HashSet<ISymbol> visited)
    {
        if (!visited.Add(member))
        {
            return;
        }

        foreach (var body in Bodies(member))
        {
            var model = compilation.ModelOf(body.SyntaxTree);
            foreach (var node in body.DescendantNodesAndSelf())
            {
                foreach (var thrown in Thrown(node, model, compilation, visited).Where(type => !IsCaught(type, node, body, model)))
                {
                    found.Add(thrown);
                }
            }
        }
    }

    private static IEnumerable<INamedTypeSymbol> Thrown(
        SyntaxNode node, SemanticModel model, Compilation compilation, HashSet<ISymbol> visited)
    {
        switch (node)
        {
            case ThrowStatementSyntax { Expression: { } thrown and not IdentifierNameSyntax }:
                return Type(thrown);
            case ThrowExpressionSyntax { Expression: { } thrown and not IdentifierNameSyntax }:
                return Type(thrown);
            case InvocationExpressionSyntax call when model.GetSymbolInfo(call).Symbol is IMethodSymbol called:
                if (called.Name.StartsWith("ThrowIf", StringComparison.Ordinal) && !IsOwn(called))
                {
                    return called.Name == nameof(CancellationToken.ThrowIfCancellationRequested)
                        ? [compilation.GetTypeByMetadataName(typeof(OperationCanceledException).FullName!)!]
                        : [called.ContainingType];
                }

                return Inside((called.ReducedFrom ?? called).OriginalDefinition);
            case BaseObjectCreationExpressionSyntax made when model.GetSymbolInfo(made).Symbol is IMethodSymbol constructor:
                return Inside(constructor.OriginalDefinition);
            default:
                return [];
        }

        // Of methods that are private to the type everything, of others the exceptions that are this library's own.
        IEnumerable<INamedTypeSymbol> Inside(IMethodSymbol called)
        {
            var inside = new HashSet<INamedTypeSymbol>(SymbolEqualityComparer.Default);
            Collect(called, compilation, inside, visited);
            return called.DeclaredAccessibility == Accessibility.Private ? inside
                : inside.Where(IsOwn);
        }

        bool IsOwn(ISymbol symbol) => SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, compilation.Assembly);

        IEnumerable<INamedTypeSymbol> Type(ExpressionSyntax thrown) =>
            model.GetTypeInfo(thrown).Type is INamedTypeSymbol type ? [type] : [];
    }

    private static bool IsCaught(INamedTypeSymbol type, SyntaxNode node, SyntaxNode body, SemanticModel model) => node.Ancestors()
        .TakeWhile(ancestor => ancestor != body.Parent)
        .OfType<TryStatementSyntax>()
        .Where(attempt => attempt.Block.Span.Contains(node.Span))
        .SelectMany(attempt => attempt.Catches)
        .Select(handler => handler.Declaration is { } caught ? model.GetTypeInfo(caught.Type).Type : null)
        .Any(caught => type.SelfAndBases().Any(at => SymbolEqualityComparer.Default.Equals(at, caught)));

    private static IEnumerable<SyntaxNode> Bodies(ISymbol member) =>
        member.DeclaringSyntaxReferences.SelectMany(reference => Bodies(reference.GetSyntax())).OfType<SyntaxNode>();

    private static IEnumerable<SyntaxNode?> Bodies(SyntaxNode declared) => declared switch
    {
        BaseMethodDeclarationSyntax method => [method.Body, method.ExpressionBody],
        IndexerDeclarationSyntax indexer => [indexer.AccessorList, indexer.ExpressionBody],
        PropertyDeclarationSyntax property => [property.AccessorList, property.ExpressionBody],
        TypeDeclarationSyntax { ParameterList: not null } type => type.Members.SelectMany(InitialValues),
        _ => [],
    };

    // What a primary constructor runs.
    private static IEnumerable<SyntaxNode?> InitialValues(MemberDeclarationSyntax member) => member switch
    {
        _ when member.Modifiers.Any(modifier => modifier.ValueText == "static") => [],
        PropertyDeclarationSyntax property => [property.Initializer],
        FieldDeclarationSyntax field => field.Declaration.Variables.Select(variable => variable.Initializer),
        _ => [],
    };
}
