using System.Globalization;
using Humanizer;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Reporting;

/// <summary>
/// Of a grid, each variant at its own best setting: one learning rate for all would favour the variant that it happens to suit.
/// </summary>
internal static class BestSetting
{
    /// <summary>For each variant, by name, its runs at the settings with the best mean of the metric that variants are ranked by;
    /// all its runs without a grid.</summary>
    public static ILookup<string, TrainingResult> OfEach(IReadOnlyCollection<TrainingResult> finished) => finished
        .GroupBy(run => run.Name)
        .SelectMany(variant => variant.GroupBy(run => run.Label).MinBy(Badness)!)
        .ToLookup(run => run.Name);

    /// <summary>The mean of the metric, so that less is better.</summary>
    private static double Badness(IEnumerable<TrainingResult> setting) =>
        setting.Average(run => run.HeldOut[0].HigherIsBetter ? -run.HeldOut[0].Value : run.HeldOut[0].Value);

    /// <summary>Says where a best setting is the first or last of the values that were tried: better ones may lie beyond.</summary>
    /// <param name="finished">All runs on one text.</param>
    /// <param name="best">The runs at the best settings, by variant.</param>
    public static IEnumerable<string> Edges(IReadOnlyCollection<TrainingResult> finished, ILookup<string, TrainingResult> best)
    {
        foreach (var key in finished.SelectMany(run => run.Settings.Keys).Distinct())
        {
            var tried = finished.Select(run => Number(run, key)).Distinct().Order().ToList();
            var edges = tried.Count < 2 || tried[0] is null ? [] : best.Select(runs => (Name: runs.Key, Value: Number(runs.First(), key)))
                .Where(chosen => chosen.Value == tried[0] || chosen.Value == tried[^1])
                .Select(chosen => $"{chosen.Name} ({(chosen.Value == tried[0] ? "the smallest" : "the largest")}, "
                    + $"{chosen.Value!.Value.ToString(CultureInfo.InvariantCulture)})")
                .ToList();
            if (edges.Count > 0)
            {
                yield return $"The best {key} lies on the edge of the {tried.Count} values that were tried for {NameList.Of(edges)}: "
                    + "values beyond it may be better.";
            }
        }
    }

    /// <summary>The value of a setting; null where it is none, or no number.</summary>
    private static double? Number(TrainingResult run, string key) =>
        double.TryParse(run.Settings.GetValueOrDefault(key), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>Says which settings were the best, where there was a choice.</summary>
    /// <param name="finished">All runs.</param>
    /// <param name="best">The runs at the best settings, by variant.</param>
    public static IEnumerable<string> Sentences(IReadOnlyCollection<TrainingResult> finished, ILookup<string, TrainingResult> best)
    {
        var settings = finished.Select(run => SettingsLabel.Of(run.Settings)).Distinct().Count();
        if (settings > 1)
        {
            yield return $"Each variant at its best of {settings} settings, chosen by {MetricWords.Title(MetricWords.Main(finished))}: "
                + $"{best.Select(runs => runs.First().Label).Humanize("and")}.";
        }
    }
}
