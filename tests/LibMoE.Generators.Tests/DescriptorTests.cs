using System.Reflection;
using System.Text.RegularExpressions;
using LibMoE.Generators.Analyzers;
using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LibMoE.Generators.Tests;

/// <summary>What holds for every diagnostic.</summary>
public partial class DescriptorTests
{
    private static readonly DiagnosticDescriptor[] All =
    [
        .. typeof(Descriptors)
            .GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<DiagnosticDescriptor>(),
    ];

    public static TheoryData<string> Ids() => [.. All.Select(descriptor => descriptor.Id)];

    [Fact]
    public void No_two_diagnostics_share_an_id() => Assert.Equal(All.Length, All.Select(descriptor => descriptor.Id).Distinct().Count());

    [Theory]
    [MemberData(nameof(Ids))]
    public void It_is_enabled_and_its_message_is_one_sentence(string id)
    {
        var descriptor = Find(id);

        Assert.True(descriptor.IsEnabledByDefault);
        Assert.Matches(OneSentence(), descriptor.MessageFormat.ToString(null));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Its_link_leads_to_a_page_that_the_index_lists(string id)
    {
        var page = Repository.Path(Find(id).HelpLinkUri.Split('/'));

        Assert.Equal($"{id}.md", Path.GetFileName(page));
        Assert.StartsWith($"# {id}: {Find(id).Title.ToString(null)}\n", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.Contains(
            $"[{id}]({id}.md)", File.ReadAllText(Repository.Path("docs", "diagnostics", "README.md")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Its_release_is_tracked_with_severity_and_title(string id)
    {
        var releases = Repository.Path("src", "LibMoE.Generators", "AnalyzerReleases.");
        var rows = File.ReadAllLines(releases + "Shipped.md").Concat(File.ReadAllLines(releases + "Unshipped.md"));

        Assert.Contains($"{id} | LibMoE | {Find(id).DefaultSeverity} | {Find(id).Title.ToString(null)}", rows);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_test_expects_it(string id)
    {
        var tests = Directory.GetFiles(Repository.Path("tests", "LibMoE.Generators.Tests"), "*Tests.cs", SearchOption.AllDirectories);

        Assert.Contains(tests, path => File.ReadAllText(path).Contains($"\"{id}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void The_generator_reports_errors_and_analyzers_give_advice_from_MOE101_on()
    {
        var advice = typeof(AdviceAnalyzer).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(DiagnosticAnalyzer)))
            .SelectMany(type => ((DiagnosticAnalyzer)Activator.CreateInstance(type)!).SupportedDiagnostics)
            .Select(descriptor => descriptor.Id)
            .Order();

        Assert.Equal(All.Where(
            descriptor => descriptor.DefaultSeverity != DiagnosticSeverity.Error).Select(descriptor => descriptor.Id).Order(), advice);
        Assert.All(advice, id => Assert.True(string.CompareOrdinal(id, "MOE100") > 0));
    }

    [Fact]
    public void No_page_is_left_of_a_diagnostic_that_is_no_more() =>
        Assert.Equal(
            All.Select(descriptor => $"{descriptor.Id}.md").Append("README.md").Order(StringComparer.Ordinal),
            Directory.GetFiles(Repository.Path("docs", "diagnostics")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    private static DiagnosticDescriptor Find(string id) => All.Single(descriptor => descriptor.Id == id);

    [GeneratedRegex("^[^.\\n]+(\\.[^ \\n][^.\\n]*)*[^.\\n]$")]
    private static partial Regex OneSentence();
}
