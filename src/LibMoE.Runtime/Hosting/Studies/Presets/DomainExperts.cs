using System.Globalization;
using Humanizer;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Studies.Presets;

/// <summary>
/// The preset <c>specialisation</c>: how much an expert's index says about the domain (mutual information), and which expert each domain
/// leans on most in the block that says most.
/// </summary>
internal static class DomainExperts
{
    public static IReadOnlyList<string> Answer(IReadOnlyList<AnalysedCell> cells)
    {
        var told = cells.Where(cell => cell.Analysis is { Domains.Count: > 1 } analysis
            && analysis.Blocks.Any(block => block.MutualInformation is not null)).ToList();
        return told.Count == 0
            ? ["No run shows picks on more than one domain; Corpus:Domains names the domains of the text."]
            : [.. told.OrderByDescending(cell => Most(cell).MutualInformation).Select(cell => Sentence(cell, Most(cell)))];
    }

    /// <summary>What independent picks give on average, (domains − 1)(E − 1)/(2N) nats for N picks.</summary>
    internal static double ByChance(BlockAnalysis block, int domains) =>
        (domains - 1.0) * (block.Experts.Count - 1) / (2.0 * Math.Max(1, block.Picks!.Sum()));

    private static BlockAnalysis Most(AnalysedCell cell) =>
        cell.Analysis!.Blocks.Where(block => block.MutualInformation is not null).MaxBy(block => block.MutualInformation)!;

    private static string Sentence(AnalysedCell cell, BlockAnalysis block)
    {
        var domains = cell.Analysis!.Domains;
        var leaning = domains.Index().Select(domain =>
        {
            var (expert, information) = block.DomainInformation![domain.Index].Index()
                .Where(one => one.Item is not null)
                .Select(one => (one.Index, one.Item!.Value))
                .MaxBy(one => one.Value * block.DomainShare![domain.Index][one.Index]);
            return string.Create(CultureInfo.InvariantCulture,
                $"{domain.Item.Name} on {block.Experts[expert]} ({block.DomainShare![domain.Index][expert]:P0} of its picks, "
                    + $"{Math.Exp(information):F1} times the usual)");
        });
        return string.Create(CultureInfo.InvariantCulture,
            $"{cell.Label}, seed {cell.Result.Seed}, block {block.Block}: {block.MutualInformation:F3} nats of domain information "
                + $"({ByChance(block, domains.Count):F4} by chance, at most {Math.Log(domains.Count):F2}); ")
            + $"most of all {leaning.Humanize("and")}.";
    }
}
