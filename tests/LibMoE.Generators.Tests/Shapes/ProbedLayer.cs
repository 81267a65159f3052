using System.Reflection;
using LibMoE.Generators.Tests.Support;
using LibMoE.Runtime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static TorchSharp.torch;

namespace LibMoE.Generators.Tests.Shapes;

/// <summary>A tensor of a running layer.</summary>
/// <param name="Name">The name of the field or local.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Expected">The sizes that the letters of its name stand for.</param>
internal sealed record ProbedTensor(string Name, long[] Shape, long[] Expected);

/// <summary>Where the probes of a layer under test write; a test sets it for its own thread.</summary>
public static class ShapeProbe
{
    [ThreadStatic]
    private static List<(string Name, long[] Shape)>? Seen;

    /// <summary>Notes a tensor; called by the instrumented code.</summary>
    public static void See(string name, Tensor value) => Seen?.Add((name, value.shape));

    /// <summary>What a call notes on this thread.</summary>
    internal static List<(string Name, long[] Shape)> During(Action call)
    {
        Seen = [];
        call();
        var seen = Seen;
        Seen = null;
        return seen;
    }
}

/// <summary>
/// Compiles a generated layer with a probe behind every assignment of its forward pass, and runs it on numbers that tell letters apart.
/// </summary>
internal static class ProbedLayer
{
    private const int Dim = 7;
    private const int Hidden = 11;
    private const int Sequences = 2;
    private const int Length = 19;

    /// <summary>Everything with a shape in its name that a forward pass in training meets.</summary>
    public static IReadOnlyList<ProbedTensor> Run(EmittedLayer layer)
    {
        var compilation = Compile(layer);
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(finding => finding.Severity == DiagnosticSeverity.Error)));
        var type = Assembly.Load(image.ToArray()).GetTypes().Single(type => type.IsSubclassOf(typeof(MoeLayer)));
        using var scope = NewDisposeScope();
        var made = (MoeLayer)Activator.CreateInstance(type, new MoeShape(Dim, Hidden))!;
        made.train();
        var seen = ShapeProbe.During(() => made.forward(randn(Sequences, Length, Dim)));
        var sizes = new Sizes(compilation, type.Name);
        return [.. seen.Select(tensor => new ProbedTensor(tensor.Name, tensor.Shape, sizes.Of(tensor.Name)))];
    }

    private static CSharpCompilation Compile(EmittedLayer layer)
    {
        var tree = GeneratorRun.Parse(layer.Text, "Layer.g.cs");
        var type = tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>().Single();
        var probed = new Prober(Fields(type)).Visit(tree.GetRoot());
        var declared = $"namespace Demo; public sealed partial class {type.Identifier};";
        return GeneratorRun.Compile(References.All, probed.ToFullString(), layer.DeclarationText, declared, CustomSource.Parts)
            .AddReferences(MetadataReference.CreateFromFile(typeof(ShapeProbe).Assembly.Location));
    }

    private static string[] Fields(ClassDeclarationSyntax type) =>
    [
        .. type.Members.OfType<FieldDeclarationSyntax>().SelectMany(field => field.Declaration.Variables)
            .Select(variable => variable.Identifier.ValueText)
            .Where(name => EmittedLayer.Suffix(name) is not null),
    ];

    /// <summary>Puts a probe behind every statement of the forward pass that makes a tensor whose name ends in a shape.</summary>
    private sealed class Prober(string[] fields) : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node)
        {
            if (node.Identifier.ValueText != "forward")
            {
                return node;
            }

            var body = (BlockSyntax)VisitBlock(node.Body!)!;
            return node.WithBody(body.WithStatements(body.Statements.InsertRange(0, fields.Select(Probe))));
        }

        public override SyntaxNode? VisitBlock(BlockSyntax node)
        {
            var statements = ((BlockSyntax)base.VisitBlock(node)!).Statements;
            return node.WithStatements([.. statements.SelectMany(statement => Made(statement).Select(Probe).Prepend(statement))]);
        }

        private static IEnumerable<string> Made(StatementSyntax statement) => (statement switch
        {
            LocalDeclarationStatementSyntax local => local.Declaration.Variables.Select(variable => variable.Identifier.ValueText),
            ExpressionStatementSyntax
            {
                Expression: AssignmentExpressionSyntax { Left: IdentifierNameSyntax or TupleExpressionSyntax } made
            } =>
                made.Left.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.ValueText),
            _ => [],
        }).Where(name => EmittedLayer.Suffix(name) is not null);

        private static StatementSyntax Probe(string name) =>
            SyntaxFactory.ParseStatement($"global::{typeof(ShapeProbe).FullName}.See(\"{name}\", {name});\n");
    }

    /// <summary>The numbers that the letters stand for, from the layer's constants and the shape.</summary>
    private sealed class Sizes(CSharpCompilation compilation, string type)
    {
        private readonly Dictionary<string, long> _constants = compilation.GetTypeByMetadataName($"Demo.{type}")!.GetMembers()
            .OfType<IFieldSymbol>()
            .Where(field => field is { HasConstantValue: true, Type.SpecialType: SpecialType.System_Int32 })
            .ToDictionary(field => field.Name, field => (long)(int)field.ConstantValue!);

        public long[] Of(string name) => [.. EmittedLayer.Suffix(name)!.Select(letter => Of(name, letter))];

        private long Of(string name, char letter)
        {
            var group = new string([.. name.TakeWhile(c => c != '_').Where(char.IsDigit)]);
            var hidden = name.StartsWith("shared", StringComparison.Ordinal) ? "SharedH" : "H" + group;
            return letter switch
            {
                'T' => Sequences * Length,
                'D' => Dim,
                'K' => _constants.GetValueOrDefault("K", _constants["E"]),
                'F' => _constants["F" + group],
                'H' => _constants.GetValueOrDefault(hidden, Hidden),
                'W' => 2 * Of(name, 'H'),
                'N' => _constants.TryGetValue("P", out var slots) ? Sequences * slots : Of(name, 'T') * Of(name, 'K'),
                'G' => _constants["E"] * (Dim + 1),
                _ when char.IsDigit(letter) => letter - '0',
                _ => _constants.GetValueOrDefault(letter.ToString(), -1),
            };
        }
    }
}
