using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using LibMoE.Generators.Known;
using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests.Algorithms;

/// <summary>The pages of docs/algorithms: one for each gate and term, with all options, and declarations that compile.</summary>
public partial class AlgorithmPagesTests
{
    /// <summary>Their upper bounds are the layer's own numbers, and the pages name those.</summary>
    private static readonly string[] BoundByTheLayer = ["TopK", "Groups", "TopGroups", "CapacityFactor"];

    public static TheoryData<string> Parts() => [.. Attributes().Select(Name).Order()];

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_gate_or_term_has_a_page_that_the_index_links(string part)
    {
        var page = Page(part);

        Assert.StartsWith($"# {part}\n", page, StringComparison.Ordinal);
        Assert.Contains("**Source.**", page, StringComparison.Ordinal);
        Assert.Contains("**LibMoE's code.**", page, StringComparison.Ordinal);
        Assert.Contains($"| [{part}]({part}.md) |", Page("README"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_page_lists_every_option_with_its_default_and_its_range(string part)
    {
        var attribute = Attributes().Single(type => Name(type) == part);
        var page = Page(part);
        var arguments = attribute.GetConstructors().Single().GetParameters().Select(parameter =>
            (Option: char.ToUpperInvariant(parameter.Name![0]) + parameter.Name[1..],
                Row: part.EndsWith("Gate", StringComparison.Ordinal) || parameter.Name == "rate"
                ? $"| `{parameter.Name}`, the constructor's argument |  |"
                : "| `c`, the constructor's argument |  |"));
        var options = attribute.GetProperties().Where(property => property.CanWrite).Select(property =>
            (Option: property.Name, Row: $"| `{property.Name}` | `{Default(property)}` |"));

        foreach (var (option, row) in arguments.Concat(options))
        {
            var line = page.Split('\n').SingleOrDefault(line => line.StartsWith(row, StringComparison.Ordinal));
            Assert.True(line is not null, $"{part}.md has no row '{row}'.");
            if (OptionRanges.Find(part, attribute.IsSubclassOf(typeof(GateAttribute)), option) is { } range
                && !BoundByTheLayer.Contains(option))
            {
                Assert.Contains($" | {range}", line, StringComparison.Ordinal);
            }
        }

        Assert.Equal(arguments.Count() + options.Count(), OptionRows().Count(page));
    }

    [Fact]
    public void All_declarations_of_the_pages_compile_together_without_a_diagnostic()
    {
        var samples = Directory.GetFiles(Repository.Path("docs", "algorithms"), "*.md").Order(StringComparer.Ordinal)
            .SelectMany(path => Samples()
                .Matches(File.ReadAllText(path)).Select(match => Source(Path.GetFileNameWithoutExtension(path), match.Groups[1].Value)))
            .ToArray();

        Assert.True(samples.Length > Attributes().Count());
        GeneratorRun.Of(samples).AssertReportsNothing();
    }

    /// <summary>A file in the page's own namespace; the sample's usings stay above it.</summary>
    private static string Source(string page, string sample)
    {
        var lines = sample.Split('\n').ToLookup(line => line.StartsWith("using ", StringComparison.Ordinal));
        return $"using LibMoE;\nusing LibMoE.Runtime;\n{string.Join('\n', lines[true])}\nnamespace Pages.{page.Replace('-', '_')};\n"
            + $"{string.Join('\n', lines[false])}";
    }

    private static IEnumerable<Type> Attributes() => typeof(GateAttribute).Assembly.GetExportedTypes()
        .Where(type => !type.IsAbstract && (type.IsSubclassOf(typeof(GateAttribute)) || type.IsSubclassOf(typeof(BalanceAttribute))));

    private static string Name(Type attribute) => attribute.Name[..^nameof(Attribute).Length];

    private static string Page(string name) => File.ReadAllText(Repository.Path("docs", "algorithms", $"{name}.md"));

    private static string Default(PropertyInfo property) =>
        property.GetCustomAttribute<DefaultValueAttribute>(inherit: true)!.Value is var value && value is bool yes
            ? yes ? "true" : "false"
            : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    [GeneratedRegex("^\\| `", RegexOptions.Multiline)]
    private static partial Regex OptionRows();

    [GeneratedRegex("^```csharp\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Samples();
}
