using Domains;
using LibMoE.Runtime;

namespace Languages;

/// <summary>Meta-learning is worth something where its loss is below that of joint training, each fine-tuned at its own best rate, by more
/// than two standard errors over seeds.</summary>
/// <param name="Steps">After how many steps of adaptation.</param>
internal sealed record AheadOfJoint(int Steps) : ICriterion
{
    private const string Key = "Training:Meta:Outer";

    public string Of(StudyResults results) =>
        $"Asked for: nats@{Steps} below that of joint training (Pretraining). " + string.Join(", ", Differences(results)) + ".";

    private IEnumerable<string> Differences(StudyResults results) =>
        from net in results.Variants.GroupBy(variant => variant.Variant ?? variant.Name)
        let beginnings = net.GroupBy(variant => variant.Settings?.GetValueOrDefault(Key) ?? "")
            .ToDictionary(settings => settings.Key, settings => settings.MinBy(variant => variant.Seeds.Average(Loss))!)
        from outer in new[] { OuterLoop.Reptile, OuterLoop.FirstOrderMaml }
        where beginnings.ContainsKey($"{outer}") && beginnings.ContainsKey($"{OuterLoop.Pretraining}")
        select $"{net.Key} {outer} {Difference(beginnings[$"{outer}"], beginnings[$"{OuterLoop.Pretraining}"])}";

    private string Difference(VariantResult with, VariantResult without)
    {
        var seeds = with.Seeds.Join(without.Seeds, seed => seed.Seed, seed => seed.Seed, (one, other) => (one, other)).ToList();
        if (seeds.Count < 2)
        {
            return "on one seed: cannot be told";
        }

        var gain = PairedDifference.Of(seeds.ConvertAll(pair => Loss(pair.one)), seeds.ConvertAll(pair => Loss(pair.other)));
        return $"{gain.Text(decimals: 3)}: " + (gain.Mean < -2 * gain.StandardError ? "reached" : "missed");
    }

    private double Loss(SeedResult seed) => seed.Metrics.Single(metric => metric.Name == $"nats@{Steps}").Value;
}
