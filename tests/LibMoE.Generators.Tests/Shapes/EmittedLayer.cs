using System.Globalization;
using System.Text.RegularExpressions;
using LibMoE.Generators.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LibMoE.Generators.Tests.Shapes;

/// <summary>A generated layer as its snapshot has it: fields, constants, parameter table and legend, read off the text.</summary>
internal sealed partial class EmittedLayer
{
    private readonly CompilationUnitSyntax _root;

    public EmittedLayer(string name, string text, string declaration)
    {
        (Name, Text, DeclarationText) = (name, text, declaration);
        _root = (CompilationUnitSyntax)GeneratorRun.Parse(text, "Layer.g.cs").GetRoot();
        Constants = _root.DescendantNodes().OfType<FieldDeclarationSyntax>()
            .Where(field => field.Modifiers.Any(SyntaxKind.ConstKeyword))
            .SelectMany(field => field.Declaration.Variables)
            .ToDictionary(constant => constant.Identifier.ValueText, constant => constant.Initializer!.Value);
    }

    /// <summary>The snapshot's name.</summary>
    public string Name { get; }

    /// <summary>The file with the algorithm.</summary>
    public string Text { get; }

    /// <summary>The file with the declaration.</summary>
    public string DeclarationText { get; }

    /// <summary>The constants and what they are set to.</summary>
    public IReadOnlyDictionary<string, ExpressionSyntax> Constants { get; }

    /// <summary>The fields by the state-dict names of their parameters and buffers.</summary>
    public IReadOnlyDictionary<string, string> Fields => _root.DescendantNodes().OfType<FieldDeclarationSyntax>()
        .Where(one => one.AttributeLists.Count > 0)
        .ToDictionary(
            one => Literal(one.DescendantNodes().OfType<AttributeArgumentSyntax>().Single().Expression),
            one => one.Declaration.Variables.Single().Identifier.ValueText);

    /// <summary>The rows of the parameter table: names and dims as they are written.</summary>
    public IEnumerable<(string Name, string[] Dims)> Table => _root.DescendantNodes().OfType<ImplicitObjectCreationExpressionSyntax>()
        .Where(row => row.ArgumentList.Arguments is [_, { Expression: CollectionExpressionSyntax }, ..])
        .Select(row => (
            Literal(row.ArgumentList.Arguments[0].Expression),
            ((CollectionExpressionSyntax)row.ArgumentList.Arguments[1].Expression).Elements.Select(dim => dim.ToString()).ToArray()));

    /// <summary>The letters that the header explains.</summary>
    public IEnumerable<char> Legend => LegendLines().Matches(Text).Select(match => match.Groups[1].Value[0]);

    /// <summary>The letters of all names in the code that end in a shape, and of the constants.</summary>
    public IEnumerable<char> Letters => _root.DescendantTokens()
        .Where(token => token.IsKind(SyntaxKind.IdentifierToken))
        .SelectMany(token => Suffix(token.ValueText) ?? "")
        .Concat(Constants.Keys.Where(constant => constant != "Formulas")
            .SelectMany(constant => constant.Replace("Shared", "", StringComparison.Ordinal)))
        .Where(char.IsLetter)
        .Distinct();

    /// <summary>All snapshots of layers.</summary>
    public static IEnumerable<EmittedLayer> Snapshots() =>
        Directory.GetFiles(Repository.Path("tests", "LibMoE.Generators.Tests", "Snapshots"), "LayerSnapshotTests.*.g.verified.cs")
            .Where(path => !path.EndsWith(".Declaration.g.verified.cs", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => new EmittedLayer(
                Path.GetFileName(path)["LayerSnapshotTests.".Length..].Split('#')[0],
                File.ReadAllText(path),
                File.ReadAllText(path.Replace(".g.verified.cs", ".Declaration.g.verified.cs", StringComparison.Ordinal))));

    /// <summary>The shape that a name ends in, a letter or digit a dim; null for other names.</summary>
    public static string? Suffix(string name) => Suffixes().Match(name) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>A letter of a field as the parameter table writes it: groups and shared experts have numbers of their own.</summary>
    public string Written(string field, char letter)
    {
        var group = GroupNumber().Match(field).Groups[1].Value;
        var hidden = field.StartsWith("shared", StringComparison.Ordinal) ? "SharedH"
            : Constants.ContainsKey("H" + group) ? "H" + group
            : "H";
        return letter switch
        {
            'F' => "F" + group,
            'H' => hidden,
            'W' => "2 * " + hidden,
            'G' => "E * (D + 1)",
            _ => letter.ToString(CultureInfo.InvariantCulture),
        };
    }

    private static string Literal(ExpressionSyntax text) => ((LiteralExpressionSyntax)text).Token.ValueText;

    [GeneratedRegex("^//   ([A-Z])  ", RegexOptions.Multiline)]
    private static partial Regex LegendLines();

    [GeneratedRegex("^[a-z][A-Za-z0-9]*_([A-Z0-9]+)$")]
    private static partial Regex Suffixes();

    [GeneratedRegex("^[A-Za-z]+([0-9]*)_")]
    private static partial Regex GroupNumber();
}
