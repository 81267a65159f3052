using Microsoft.CodeAnalysis;

namespace LibMoE.Architecture.Tests;

/// <summary>A program that fills in a public record goes on compiling: what is added to the record later is not required.</summary>
public sealed class RequiredMemberTests
{
    private const string Get = ".get ->";

    [Fact]
    public void No_property_that_is_not_shipped_is_required_of_a_type_that_is()
    {
        var added = Missing(Sources.Compilation, Shipped());

        Assert.True(added.Count == 0, string.Join('\n', added));
    }

    [Fact]
    public void A_required_property_that_was_added_is_found()
    {
        var compilation = SourceCompilation.Of(new Dictionary<string, string>
        {
            ["Sample.cs"] = """
                public record Old { public required int First { get; init; } public required int Second { get; set; } }
                public record New { public required int Third { get; init; } }
                """,
        });

        Assert.Equal(["Old.Second"], Missing(compilation, ["Old.Old() -> void", "Old.First.get -> int", "Old.First.init -> void"]));
    }

    private static List<string> Missing(Compilation compilation, HashSet<string> shipped)
    {
        var makers = shipped.Where(line => line.EndsWith("() -> void", StringComparison.Ordinal)).ToHashSet();
        var got = shipped.Where(line => line.Contains(Get, StringComparison.Ordinal))
            .Select(line => line[..line.IndexOf(Get, StringComparison.Ordinal)])
            .ToHashSet();
        return
        [
            .. compilation.GetSymbolsWithName(_ => true, SymbolFilter.Member).OfType<IPropertySymbol>()
                .Where(property => property.IsRequired
                    && makers.Contains($"{property.ContainingType.ToDisplayString()}.{property.ContainingType.Name}() -> void")
                    && !got.Contains(property.ToDisplayString()))
                .Select(property => property.ToDisplayString())
                .Order(StringComparer.Ordinal),
        ];
    }

    private static HashSet<string> Shipped() => Directory
        .EnumerateFiles(Path.Combine(Sources.Root, "src"), "PublicAPI.Shipped.txt", SearchOption.AllDirectories)
        .SelectMany(File.ReadLines)
        .ToHashSet();
}
