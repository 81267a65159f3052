using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LibMoE.Architecture.Tests;

/// <summary>A generator that is a temporary may be collected while libtorch still draws from it.</summary>
public sealed class GeneratorLifetimeTests
{
    private static readonly string[] Folders = ["src", "tests", "examples", "bench"];
    private static readonly string[] Marks = ["Generator(", "Generator.Default.", "_rng_state("];

    [Fact]
    public void No_generator_of_random_numbers_is_made_in_the_call_that_draws_from_it()
    {
        var made = Folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Sources.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .SelectMany(path => Temporaries(File.ReadAllText(path))
                .Select(line => $"{Path.GetRelativePath(Sources.Root, path)} line {line}"))
            .ToList();

        Assert.True(made.Count == 0, string.Join('\n', made));
    }

    [Fact]
    public void A_temporary_is_found_and_one_with_a_name_is_not()
    {
        Assert.Equal([2], Temporaries("class C {\n  Tensor T = randn(3, generator: new Generator(1));\n}"));
        Assert.Equal([1], Temporaries("class C { Tensor T() => randn(3, generator: new torch.Generator(1)); }"));
        Assert.Equal([1], Temporaries("class C { Tensor T() => Generator.Default.get_state(); }"));
        Assert.Equal([1], Temporaries("class C { void T(Tensor state) => torch.set_rng_state(state); }"));
        Assert.Empty(Temporaries("class C { Tensor T() { using var draws = new Generator(1); return randn(3, generator: draws); } }"));
    }

    private static IEnumerable<int> Temporaries(string code) => Marks.Any(mark => code.Contains(mark, StringComparison.Ordinal))
        ? CSharpSyntaxTree.ParseText(code).GetRoot().DescendantNodes().Where(IsTemporary)
            .Select(made => made.GetLocation().GetLineSpan().StartLinePosition.Line + 1)
        : [];

    /// <summary>A new generator or the default one that has no name; TorchSharp's functions on the random state make one
    /// themselves.</summary>
    private static bool IsTemporary(SyntaxNode node) => node switch
    {
        ObjectCreationExpressionSyntax made => made.Type.ToString() is "Generator" or "torch.Generator" && made.Parent is ArgumentSyntax,
        InvocationExpressionSyntax call => call.Expression.GetLastToken().ValueText is "get_rng_state" or "set_rng_state",
        MemberAccessExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Default" } chain } =>
            chain.ToString() is "Generator.Default" or "torch.Generator.Default",
        _ => false,
    };
}
