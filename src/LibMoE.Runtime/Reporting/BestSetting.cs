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
