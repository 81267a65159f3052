namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>The reports of a run, merged until there are no more than a screen can show:
/// losses become means over steps, picks are added up.</summary>
internal static class MergedProgress
{
    /// <summary>At most so many reports, of equal length but for the last.</summary>
    public static IReadOnlyList<TrainingProgress> Of(IReadOnlyList<TrainingProgress> reports, int atMost)
    {
        var each = (reports.Count + atMost - 1) / Math.Max(1, atMost);
        return each <= 1 ? reports : [.. reports.Chunk(each).Select(Merge)];
    }

    private static TrainingProgress Merge(TrainingProgress[] reports) => reports[^1] with
    {
        Loss = reports.Average(report => report.Loss),
        AuxiliaryLoss = reports.Average(report => report.AuxiliaryLoss),
        TokensPerSecond = reports.Length / reports.Sum(report => 1 / report.TokensPerSecond),
        LoadCv = reports.Average(report => report.LoadCv),
        DeadExperts = reports.Min(report => report.DeadExperts),
        Blocks =
        [
            .. reports[^1].Blocks.Select((last, block) => new BlockProgress(
                last.Picks is null
                    ? null
                    : [.. last.Picks.Select((_, expert) => reports.Sum(report => report.Blocks[block].Picks![expert]))],
                last.Losses.Keys.ToDictionary(name => name, name => reports.Average(report => report.Blocks[block].Losses[name])))),
        ],
    };
}
