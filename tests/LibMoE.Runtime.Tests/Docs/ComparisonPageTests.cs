namespace LibMoE.Runtime.Tests.Docs;

public sealed class ComparisonPageTests
{
    private static readonly string Page = Repository.Read("docs", "comparison.md");

    [Fact]
    public void It_counts_the_gates_and_terms_that_there_are()
    {
        var pages = Directory.GetFiles(Repository.PathOf("docs", "algorithms"), "*.md").Select(Path.GetFileNameWithoutExtension).ToList();
        var dsl = typeof(GateAttribute).Assembly.GetTypes().Where(type => type is { IsPublic: true, IsAbstract: false }).ToList();
        var gates = dsl.Count(type => type.IsSubclassOf(typeof(GateAttribute)));
        var terms = dsl.Count(type => type.IsSubclassOf(typeof(BalanceAttribute)));

        Assert.Contains($"[{gates} attributes](algorithms/README.md)", Page, StringComparison.Ordinal);
        Assert.Contains($"[{terms} terms](algorithms/README.md)", Page, StringComparison.Ordinal);
        Assert.Equal(gates, pages.Count(page => page!.EndsWith("Gate", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_row_speaks_of_all_five_and_every_source_is_used_and_given()
    {
        var rows = Page.Split('\n').Where(line => line.StartsWith('|')).ToList();

        Assert.All(rows, row => Assert.Equal(7, row.Split('|').Length - 1));
        var sources = Page.Split("## Sources")[1];
        Assert.All(Enumerable.Range(1, 6), number =>
        {
            Assert.Contains($"[{number}]", Page, StringComparison.Ordinal);
            Assert.Contains($"\n{number}. ", sources, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Its_links_lead_somewhere() => Assert.All(
        System.Text.RegularExpressions.Regex.Matches(Page, @"\]\(([^)#]+)\)").Select(link => link.Groups[1].Value),
        link => Assert.True(File.Exists(Repository.PathOf(["docs", .. link.Split('/')])), link));
}
