using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LibMoE.Architecture.Tests;

/// <summary>Public members say the shape of every tensor and name every exception.</summary>
public sealed class MemberDocsTests
{
    [Fact]
    public void Every_public_member_says_the_shape_of_each_tensor_that_it_takes_or_gives() =>
        AssertNothingIn(Documented(Sources.Compilation).SelectMany(member => member.TensorsWithoutShape()));

    [Fact]
    public void Every_public_member_names_the_exceptions_that_it_throws() =>
        AssertNothingIn(Documented(Sources.Compilation).SelectMany(member => member.ExceptionsWithoutDocs(Sources.Compilation)));

    [Theory]
    [InlineData("/// <param name=\"x\">Tokens, [T, D].</param>", "public void M(Tensor x) { }", "")]
    [InlineData("/// <param name=\"x\">Tokens.</param>", "public void M(Tensor x) { }", "the parameter x")]
    [InlineData("/// <summary>Tokens, [T, D].</summary>", "public Tensor M() => null!;", "the return value")]
    [InlineData("/// <returns>[T, D].</returns>", "public Tensor? M() => null;", "")]
    [InlineData("/// <summary>Tokens.</summary>", "public IReadOnlyList<Tensor> M => [];", "the property")]
    [InlineData("/// <summary>Tokens.</summary>", "public void M(Func<Tensor> x) { }", "")]
    [InlineData("/// <summary>Tokens.</summary>", "internal void M(Tensor x) { }", "")]
    public void A_tensor_without_shape_is_found(string docs, string member, string missing)
    {
        var found = Documented(Of(docs, member)).SelectMany(one => one.TensorsWithoutShape());

        Assert.Equal(missing, string.Join("; ", found.Select(text => text.Split(": ")[1])));
    }

    [Theory]
    [InlineData("", "public void M() => throw new ArgumentException();", "ArgumentException")]
    [InlineData("/// <exception cref=\"ArgumentException\">A.</exception>", "public void M() => throw new ArgumentException();", "")]
    [InlineData("/// <exception cref=\"ArgumentException\">A.</exception>", "public void M() => throw new ArgumentNullException();", "")]
    [InlineData("", "public void M(int i) => ArgumentOutOfRangeException.ThrowIfNegative(i);", "ArgumentOutOfRangeException")]
    [InlineData("", "public void M(CancellationToken stop) => stop.ThrowIfCancellationRequested();", "OperationCanceledException")]
    [InlineData("", "public void M() { try { throw new ArgumentException(); } catch (Exception) { } }", "")]
    [InlineData("", "public void M() => Own(); private void Own() => throw new ArgumentException();", "ArgumentException")]
    [InlineData("", "public int M { get => throw new ArgumentException(); }", "ArgumentException")]
    [InlineData("", "public void M() => Other.Do(); } class Ours : Exception; class Other { internal static void Do() => throw new Ours();",
        "Ours")]
    [InlineData("", "public void M() => new Other(); } class Ours : Exception; class Other { internal Other() => throw new Ours();",
        "Ours")]
    [InlineData("", "public void M() => throw Made(); private static ArgumentException Made() => new();", "ArgumentException")]
    [InlineData("", "internal void M() => throw new ArgumentException();", "")]
    public void An_exception_without_docs_is_found(string docs, string member, string missing)
    {
        var compilation = Of(docs, member);

        var found = Documented(compilation).SelectMany(one => one.ExceptionsWithoutDocs(compilation));

        Assert.Equal(missing, string.Join("; ", found.Select(text => text.Split(": ")[1])));
    }

    private static CSharpCompilation Of(string docs, string member) => SourceCompilation.Of(new Dictionary<string, string>
    {
        ["Sample.cs"] = $"using static TorchSharp.torch;\npublic class Sample\n{{\n{docs}\n{member}\n}}\n",
    });

    private static IEnumerable<MemberDocs> Documented(Compilation compilation) => Types(compilation.Assembly.GlobalNamespace)
        .Where(IsPublic)
        .SelectMany(type => type.TypeKind == TypeKind.Delegate ? [type] : type.GetMembers().Where(IsDocumented))
        .Select(symbol => new MemberDocs(symbol))
        .Where(member => !member.IsInherited);

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol scope) => scope.GetMembers()
        .OfType<INamespaceOrTypeSymbol>()
        .SelectMany(member => member is INamedTypeSymbol type ? Types(type).Prepend(type) : Types(member));

    private static bool IsPublic(ISymbol symbol) =>
        symbol.DeclaredAccessibility == Accessibility.Public && (symbol.ContainingType is null || IsPublic(symbol.ContainingType));

    // Properties that a record's parameters make are documented as those parameters.
    private static bool IsDocumented(ISymbol member) => IsPublic(member) && !member.IsImplicitlyDeclared && member switch
    {
        IMethodSymbol method => method.MethodKind is MethodKind.Ordinary or MethodKind.Constructor,
        IPropertySymbol property => property.DeclaringSyntaxReferences
            .All(reference => reference.GetSyntax() is Microsoft.CodeAnalysis.CSharp.Syntax.BasePropertyDeclarationSyntax),
        _ => false,
    };

    private static void AssertNothingIn(IEnumerable<string> missing)
    {
        var lines = missing.Order(StringComparer.Ordinal).ToList();
        Assert.True(lines.Count == 0, string.Join('\n', lines));
    }
}
