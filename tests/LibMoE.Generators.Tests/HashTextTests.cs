using System.Security.Cryptography;
using System.Text;
using LibMoE.Generators.Tests.Support;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LibMoE.Generators.Tests;

/// <summary>
/// The texts that hashes are taken of. Checkpoints and runs are found by them, so what stands in the snapshot was written once and stays:
/// accept a new variant, never a changed line.
/// </summary>
public class HashTextTests
{
    [Fact]
    public Task The_zoos_declarations_have_the_hash_texts_under_which_their_checkpoints_were_written()
    {
        var sources = Directory.GetFiles(Repository.Path("examples", "Zoo", "Variants"), "*.cs")
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllText);
        var run = GeneratorRun.Of(["global using LibMoE;\nglobal using LibMoE.Runtime;\n", .. sources]).AssertReportsNothing();

        var texts = run.Output.SyntaxTrees.Except(run.Input.SyntaxTrees)
            .Select(tree => (
                Name: Constant(run, tree, "Name"),
                Structure: Constant(run, tree, "StructureText"),
                Coefficients: Constant(run, tree, "CoefficientsText")))
            .Where(texts => texts.Name is not null)
            .OrderBy(texts => texts.Name, StringComparer.Ordinal)
            .ToList();

        Assert.True(texts.Count >= 39, $"{texts.Count} declarations");
        return Snap.Match("Zoo", string.Concat(texts.Select(text =>
            $"{text.Name}\n  structure {Hash(text.Structure!)}\n  full      {Hash(text.Structure + "\n" + text.Coefficients)}\n"
            + $"{Indent(text.Structure!)}  --\n{Indent(text.Coefficients!)}")));
    }

    /// <summary>What the declaration's property is initialised with.</summary>
    private static string? Constant(GeneratorRun run, Microsoft.CodeAnalysis.SyntaxTree tree, string property)
    {
        var value = tree.GetRoot().DescendantNodes().OfType<AssignmentExpressionSyntax>()
            .Where(assignment => assignment.Parent is InitializerExpressionSyntax
                && assignment.Left is IdentifierNameSyntax name && name.Identifier.ValueText == property)
            .Select(assignment => assignment.Right)
            .FirstOrDefault();
        return value is null ? null : run.Output.GetSemanticModel(tree).GetConstantValue(value).Value as string;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Indent(string text) => string.Concat(text.Split('\n').Select(line => $"  {line}\n"));
}
