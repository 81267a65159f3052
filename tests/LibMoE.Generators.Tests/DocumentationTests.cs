using System.Text.RegularExpressions;
using LibMoE.Generators.Tests.Support;
using Microsoft.CodeAnalysis.CSharp;

namespace LibMoE.Generators.Tests;

/// <summary>The samples on the pages of the diagnostics do what the pages say.</summary>
public partial class DocumentationTests
{
    private static readonly string[] Order = ["Cause", "Wrong", "Right", "Fix", "Suppress"];

    public static TheoryData<string> Pages() =>
        [.. Directory.GetFiles(Repository.Path("docs", "diagnostics"), "MOE*.md")
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task The_wrong_sample_is_reported_and_the_right_one_is_not(string id)
    {
        var page = await File.ReadAllTextAsync(Repository.Path("docs", "diagnostics", $"{id}.md"));

        var language = id == "MOE008" ? LanguageVersion.CSharp11 : LanguageVersion.Preview;
        Assert.Equal([id], (await Reported(Sample(page, "Wrong")!, hasRuntime: id != "MOE006", IsAdvice(id), language)).Distinct());
        Assert.Empty(await Reported(Sample(page, "Right") ?? Sample(page, "Wrong")!, hasRuntime: true, IsAdvice(id)));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_says_why_shows_how_and_tells_what_to_do(string id)
    {
        var headings = Headings()
            .Matches(File.ReadAllText(Repository.Path("docs", "diagnostics", $"{id}.md"))).Select(match => match.Groups[1].Value);

        Assert.Equal(["Cause", "Wrong", "Right", "Fix", "Suppress"], headings.Append("Right").Distinct().OrderBy(
            heading => Array.IndexOf(Order, heading)));
    }

    private static bool IsAdvice(string id) => string.CompareOrdinal(id, "MOE100") > 0;

    private static async Task<IEnumerable<string>> Reported(
        string sample, bool hasRuntime, bool isAdvice, LanguageVersion language = LanguageVersion.Preview)
    {
        var imports = TestSource.Usings.Replace(hasRuntime ? "\0" : "using LibMoE.Runtime;", string.Empty, StringComparison.Ordinal);
        var source = sample.StartsWith("using", StringComparison.Ordinal)
            ? imports.Replace(
                "namespace", $"{sample[..sample.IndexOf('\n', StringComparison.Ordinal)]}\n\nnamespace", StringComparison.Ordinal)
                + sample[sample.IndexOf('\n', StringComparison.Ordinal)..]
            : imports + sample;
        var run = GeneratorRun.Of(GeneratorRun.Compile(language, hasRuntime ? References.All : References.WithoutRuntime, source));
        Assert.Empty(run.CompilerErrors);
        return isAdvice ? run.Ids.Concat((await AnalyzerRun.Of(run)).Select(advice => advice.Id)) : run.Ids;
    }

    private static string? Sample(string page, string heading) =>
        Samples().Matches(page).FirstOrDefault(match => match.Groups[1].Value == heading)?.Groups[2].Value;

    [GeneratedRegex("^## (\\w+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex("^## (\\w+)\n\n```csharp\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Samples();
}
