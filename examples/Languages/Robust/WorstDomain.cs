using System.Globalization;
using Domains;
using LibMoE.Runtime;

namespace Languages;

/// <summary>What weights of domains are worth: the loss of the worst domain of a seed, and the mean over domains, against those of equal
/// weights on the same seed.</summary>
/// <param name="Less">By how many nats a byte the worst must be less.</param>
/// <param name="MeanMore">By how many the mean may be more.</param>
internal sealed record WorstDomain(double Less, double MeanMore) : ICriterion
{
    private const string Key = "Training:GroupRobust:Rate";

    public string Of(StudyResults results) =>
        string.Create(CultureInfo.InvariantCulture,
            $"Asked for: the worst domain by at least {Less} nats a byte less than with equal weights, at a mean at most {MeanMore} more.")
        + string.Concat(Lines(results).Select(line => "\n" + line));

    private IEnumerable<string> Lines(StudyResults results) =>
        from net in results.Variants.GroupBy(variant => variant.Variant ?? variant.Name)
        let equal = net.FirstOrDefault(variant => variant.Settings?.GetValueOrDefault(Key) == "0")
        where equal is not null
        from variant in net
        select variant == equal ? $"{variant.Name}: {Figures(variant)}" : $"{variant.Name}: {Figures(variant)}; {Against(variant, equal)}";

    private static string Figures(VariantResult variant) => string.Create(
        CultureInfo.InvariantCulture,
        $"worst {variant.Seeds.Average(Worst):0.000} ({variant.Domains!.MaxBy(domain => domain.Value).Key}), ")
        + string.Create(CultureInfo.InvariantCulture, $"mean {variant.Seeds.Average(Mean):0.000}");

    private string Against(VariantResult variant, VariantResult equal)
    {
        var seeds = variant.Seeds.Join(equal.Seeds, seed => seed.Seed, seed => seed.Seed, (one, other) => (one, other)).ToList();
        var (worst, mean) = (Gain(Worst), Gain(Mean));
        return $"{Text(worst)} and {Text(mean)}: {(worst.Mean <= -Less && mean.Mean <= MeanMore ? "reached" : "missed")}";

        PairedDifference Gain(Func<SeedResult, double> figure) =>
            PairedDifference.Of(seeds.ConvertAll(pair => figure(pair.one)), seeds.ConvertAll(pair => figure(pair.other)));

        string Text(PairedDifference gain) => gain.Text(decimals: 3, seeds.Count);
    }

    private static double Worst(SeedResult seed) => seed.Domains!.Values.Max();

    private static double Mean(SeedResult seed) => seed.Domains!.Values.Average();
}
