using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LibMoE.Architecture.Tests;

/// <summary>Which file uses which: every name in the code that the compiler binds to something another file declares.</summary>
internal sealed class SourceGraph
{
    private SourceGraph(IReadOnlyList<FileUse> uses, IReadOnlyList<DeclaredType> types) => (Uses, Types) = (uses, types);

    /// <summary>All uses of one file by another, each pair of files and name once.</summary>
    public IReadOnlyList<FileUse> Uses { get; }

    /// <summary>All types that stand in no other type.</summary>
    public IReadOnlyList<DeclaredType> Types { get; }

    /// <summary>Reads the sources of projects as one compilation.</summary>
    /// <param name="sources">Texts by their path below <c>src</c>.</param>
    public static SourceGraph Of(IReadOnlyDictionary<string, string> sources) => Of(SourceCompilation.Of(sources));

    /// <summary>Reads a compilation.</summary>
    /// <param name="compilation">The sources of projects; paths are those below <c>src</c>.</param>
    public static SourceGraph Of(Compilation compilation)
    {
        var trees = compilation.SyntaxTrees.ToList();
        return new(
            [.. trees.SelectMany(tree => UsesOf(tree, compilation)).Distinct()], [.. trees.SelectMany(tree => TypesOf(tree, compilation))]);
    }

    private static IEnumerable<FileUse> UsesOf(SyntaxTree tree, Compilation compilation)
    {
        var model = compilation.ModelOf(tree);
        foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            var info = model.GetSymbolInfo(name);
            var symbol = (info.Symbol ?? info.CandidateSymbols.FirstOrDefault())?.OriginalDefinition;
            var declared = symbol is IMethodSymbol { ReducedFrom: { } extension } ? extension : symbol;
            if (declared is null
                or INamespaceSymbol or ILocalSymbol or IParameterSymbol or ITypeParameterSymbol or ILabelSymbol or IRangeVariableSymbol)
            {
                continue;
            }
            var files = declared.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree.FilePath).ToList();
            // A type in several files counts as used in the file at hand where that is one of them.
            if (files.Count > 0 && !files.Contains(tree.FilePath))
            {
                yield return new(tree.FilePath, files[0], declared.Name);
            }
        }
    }

    private static IEnumerable<DeclaredType> TypesOf(SyntaxTree tree, Compilation compilation)
    {
        var model = compilation.ModelOf(tree);
        return tree.GetRoot().DescendantNodes()
            .Where(node => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax)
            .Select(node => model.GetDeclaredSymbol(node))
            .OfType<INamedTypeSymbol>()
            .Where(type => type.ContainingType is null)
            .Select(type => new DeclaredType(
                tree.FilePath, type.Name, type.ContainingNamespace.ToDisplayString(), type.DeclaredAccessibility == Accessibility.Public));
    }
}

/// <summary>That one file names something which another declares.</summary>
internal sealed record FileUse(string User, string Used, string Name);

/// <summary>A type and where it stands.</summary>
internal sealed record DeclaredType(string File, string Name, string Namespace, bool Public);
