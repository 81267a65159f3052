using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Tests.Docs;

public sealed partial class ReadmeTests
{
    [Fact]
    public void Where_to_go_next_has_every_page_of_the_docs()
    {
        var section = Repository.Read("README.md").Split("## Where to go next")[1].Split("\n## ")[0];
        var linked = Link().Matches(section).Select(link => link.Groups[1].Value).ToHashSet();
        var pages = Directory.GetFiles(Repository.PathOf("docs"), "*.md").Select(page => $"docs/{Path.GetFileName(page)}")
            .Concat(Directory.GetDirectories(Repository.PathOf("docs")).Select(folder => $"docs/{Path.GetFileName(folder)}/README.md"));

        Assert.Empty(pages.Except(linked));
        Assert.All(linked, page => Assert.True(File.Exists(Repository.PathOf(page.Split('/'))), page));
    }

    [GeneratedRegex(@"\]\((docs/[^)#]+)")]
    private static partial Regex Link();
}
