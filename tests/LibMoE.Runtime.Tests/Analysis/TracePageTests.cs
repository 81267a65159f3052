using LibMoE.Runtime.Analysis.Pages;

namespace LibMoE.Runtime.Tests.Analysis;

public sealed class TracePageTests
{
    private static readonly TextTrace Trace = new()
    {
        Title = "a < b",
        Tokens = ["a", " <", "\n"],
        Blocks = [new BlockTrace(3, [[1, 0], [0, 1], []], [[0.75, 0.25], [-0.6, 0.4], []])],
    };

    [Fact]
    public void Every_token_has_the_colour_of_its_heaviest_expert_and_names_all()
    {
        var page = TracePage.Html("Smoe", [Trace], new Dictionary<int, IReadOnlyList<string>> { [3] = ["SwiGlu 0", "Zero"] });

        Assert.Contains("<h3>Block 3</h3>", page, StringComparison.Ordinal);
        Assert.Contains("title=\"Zero: 0.75, SwiGlu 0: 0.25\">a</span>", page, StringComparison.Ordinal);
        Assert.Contains("title=\"SwiGlu 0: -0.6, Zero: 0.4\"> &lt;</span>", page, StringComparison.Ordinal);
        Assert.Contains("<i title=\"no expert\">⏎\n</i>", page, StringComparison.Ordinal);
        // Each expert has its colour; the strength follows the weight's share.
        Assert.Contains("var(--expert-1);--line-of:solid;background:color-mix(in srgb,var(--expert) 48%,transparent)\" title=\"Zero",
            page, StringComparison.Ordinal);
        Assert.Contains("var(--expert-0);--line-of:solid;background:color-mix(in srgb,var(--expert) 40%,transparent)\" title=\"SwiGlu 0",
            page, StringComparison.Ordinal);
        Assert.Contains(ExpertColours.Css, page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_needs_nothing_from_outside_and_takes_text_for_text()
    {
        var page = TracePage.Html("<script>", [Trace, Trace with { Title = "none", Blocks = [] }],
            new Dictionary<int, IReadOnlyList<string>> { [3] = ["A", "B"] });

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", page.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.Contains("This model picks no experts.", page, StringComparison.Ordinal);
    }
}
