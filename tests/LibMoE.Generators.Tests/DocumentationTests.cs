using System.Text.RegularExpressions;
using LibMoE.Generators.Tests.Support;
using LibMoE.Runtime;
using Microsoft.CodeAnalysis.CSharp;
using static TorchSharp.torch;

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

    /// <summary>Made, run forward and backward, and counted: a sample whose parameters are not registered would miss some.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public async Task The_right_sample_runs_and_each_of_its_parameters_is_counted_and_learns(string id)
    {
        var page = await File.ReadAllTextAsync(Repository.Path("docs", "diagnostics", $"{id}.md"));
        var sample = Sample(page, "Right") ?? Sample(page, "Wrong")!;
        var run = GeneratorRun.Of(GeneratorRun.Compile(References.All, Source(sample, TestSource.Usings)));
        var variants = Layers.Of(run).ToList();
        Assert.True(variants.Count > 0 || !sample.Contains("MoeLayer", StringComparison.Ordinal), "the layer of the sample was not found");
        foreach (var variant in variants)
        {
            using var scope = NewDisposeScope();
            var shape = new MoeShape(8, Hidden: 16) { Vocabulary = 32 };
            using var layer = variant.Create(shape);
            var x_SLD = randn(2, 4, 8);
            var ids_SL = arange(8).reshape(2, 4);
            var before = layer.forward(x_SLD, new MoeContext { TokenIds = ids_SL }).Routing.Logits?.detach();
            var output = layer.forward(x_SLD, new MoeContext { TokenIds = ids_SL, PreviousLogits = before });
            (output.Hidden.sum() + output.Routing.AuxiliaryLoss).backward();

            Assert.Equal(variant.Declaration.TotalParameters(shape), layer.parameters().Sum(parameter => parameter.numel()));
            Assert.False(output.Hidden.isnan().any().item<bool>());
            Assert.All(
                layer.named_parameters().Where(entry => entry.parameter.requires_grad),
                entry => Assert.True(entry.parameter.grad is not null, $"{entry.name} has no gradient"));
        }
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
        var source = Source(sample, imports);
        var run = GeneratorRun.Of(GeneratorRun.Compile(language, hasRuntime ? References.All : References.WithoutRuntime, source));
        Assert.Empty(run.CompilerErrors);
        return isAdvice ? run.Ids.Concat((await AnalyzerRun.Of(run)).Select(advice => advice.Id)) : run.Ids;
    }

    /// <summary>A sample below its imports, to which one of its own goes up.</summary>
    private static string Source(string sample, string imports) => sample.StartsWith("using", StringComparison.Ordinal)
        ? imports.Replace("namespace", $"{sample[..sample.IndexOf('\n', StringComparison.Ordinal)]}\n\nnamespace", StringComparison.Ordinal)
            + sample[sample.IndexOf('\n', StringComparison.Ordinal)..]
        : imports + sample;

    private static string? Sample(string page, string heading) =>
        Samples().Matches(page).FirstOrDefault(match => match.Groups[1].Value == heading)?.Groups[2].Value;

    [GeneratedRegex("^## (\\w+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex("^## (\\w+)\n\n```csharp\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Samples();
}
