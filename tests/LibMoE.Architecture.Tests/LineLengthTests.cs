using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace LibMoE.Architecture.Tests;

/// <summary>Lines of C# end at column 140.</summary>
public sealed partial class LineLengthTests
{
    private const int Columns = 140;

    private static readonly string[] Folders = ["src", "tests", "examples", "bench"];

    /// <summary>Parts of a line whose columns do not count, with the reason.</summary>
    private static readonly (string Reason, Func<SyntaxNode, IEnumerable<TextSpan>> Spans)[] Exempt =
    [
        ("A raw string keeps its text.", RawStrings),
        ("An address has no place to break.", Addresses),
    ];

    [Fact]
    public void No_line_of_code_is_longer_than_140_columns()
    {
        var files = Folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Sources.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Sources.Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj") && !path.Contains(".verified.", StringComparison.Ordinal));

        var tooLong = files.SelectMany(file => TooLong(File.ReadAllText(Path.Combine(Sources.Root, file)))
            .Select(line => $"{file} line {line.Number} has {line.Columns} columns")).ToList();

        Assert.True(tooLong.Count == 0, string.Join('\n', tooLong));
    }

    [Fact]
    public void A_line_that_is_too_long_is_found_and_what_is_exempt_in_it_does_not_count()
    {
        var rest = new string('x', Columns);

        Assert.Equal([(2, Columns + 3)], TooLong($"class C;\n// {rest}\n"));
        Assert.Empty(TooLong($"// {rest[3..]}\n"));
        Assert.Empty(TooLong($"// https://{rest}\n"));
        Assert.Empty(TooLong($"class C {{ string s = \"\"\"{rest}\"\"\"; }}\n"));
        Assert.Empty(TooLong($"class C {{ string s = $\"\"\"\n    {rest}\n    \"\"\"; }}\n"));
        Assert.Single(TooLong($"class C {{ string s = \"{rest}\"; }}\n"));
    }

    private static IEnumerable<(int Number, int Columns)> TooLong(string code)
    {
        var lines = SourceText.From(code).Lines;
        if (lines.All(line => line.Span.Length <= Columns))
        {
            return [];
        }

        var root = CSharpSyntaxTree.ParseText(code).GetRoot();
        var exempt = Exempt.SelectMany(row => row.Spans(root)).ToList();
        return lines
            .Where(line => line.Span.Length > Columns)
            .Select(line => (Number: line.LineNumber + 1, Columns: Enumerable.Range(line.Start, line.Span.Length)
                .Count(at => !exempt.Any(span => span.Contains(at)))))
            .Where(line => line.Columns > Columns);
    }

    private static IEnumerable<TextSpan> RawStrings(SyntaxNode root) => root.DescendantNodes()
        .Where(node => node switch
        {
            LiteralExpressionSyntax literal => literal.Token.Kind() is SyntaxKind.SingleLineRawStringLiteralToken
                or SyntaxKind.MultiLineRawStringLiteralToken
                or SyntaxKind.Utf8SingleLineRawStringLiteralToken
                or SyntaxKind.Utf8MultiLineRawStringLiteralToken,
            InterpolatedStringExpressionSyntax text => text.StringStartToken.Kind() is
                SyntaxKind.InterpolatedSingleLineRawStringStartToken or SyntaxKind.InterpolatedMultiLineRawStringStartToken,
            _ => false,
        })
        .Select(node => node.Span);

    private static IEnumerable<TextSpan> Addresses(SyntaxNode root) =>
        Address().Matches(root.ToFullString()).Select(match => new TextSpan(match.Index, match.Length));

    [GeneratedRegex("""https?://[^\s"<>]+""")]
    private static partial Regex Address();
}
