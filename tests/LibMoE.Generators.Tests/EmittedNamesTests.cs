using CsCheck;
using LibMoE.Generators.Known;
using LibMoE.Generators.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LibMoE.Generators.Tests;

public class EmittedNamesTests
{
    private const int Layers = 60;
    private const string Seed = "0003qxzz1Hl1";

    [Fact]
    public void Every_type_that_generated_code_names_in_short_is_in_the_table_of_names() =>
        ValidDeclarations.Attributes.Array[Layers].Sample(
            declarations =>
            {
                var source = string.Join(
                    '\n', declarations.Select((attributes, i) => $"[MoeLayer, {attributes}] public sealed partial class Layer{i};"));
                var run = GeneratorRun.Of(TestSource.Of(source)).AssertReportsNothing();

                var used = run.Output.SyntaxTrees.Except(run.Input.SyntaxTrees)
                    .Where(tree => tree.FilePath.Contains("Demo.Layer", StringComparison.Ordinal))
                    .SelectMany(tree => Types(tree, run.Output.GetSemanticModel(tree)))
                    .Distinct().ToList();

                Assert.True(used.Count > 30, $"{used.Count} names");
                Assert.Empty(used.Except(EmittedNames.All));
            },
            seed: Seed,
            iter: 1,
            threads: 1);

    /// <summary>Names of types of other assemblies that nothing stands before.</summary>
    private static IEnumerable<string> Types(SyntaxTree tree, SemanticModel model) =>
        tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
        .Where(name => !name.Ancestors().Any(node => node is UsingDirectiveSyntax)
            && name.Parent is not (QualifiedNameSyntax or AliasQualifiedNameSyntax)
            && !(name.Parent is MemberAccessExpressionSyntax access && access.Name == name)
            && (model.GetSymbolInfo(name).Symbol is INamedTypeSymbol or IMethodSymbol { MethodKind: MethodKind.Constructor })
            && !SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name).Symbol!.ContainingAssembly, model.Compilation.Assembly))
        .Select(name => name.Identifier.ValueText)
        .Where(name => name != "var");
}
