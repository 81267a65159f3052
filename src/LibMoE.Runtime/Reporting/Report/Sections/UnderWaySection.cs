using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>What one wants to know first of runs that have not ended: loss, speed, and how long they will take.</summary>
internal static class UnderWaySection
{
    /// <summary>Reports that the speed is taken from.</summary>
    private const int Recent = 5;

    public static ReportSection? Of(StudyRecord study)
    {
        var cells = study.Imported is not null ? []
            : study.With(CellStatus.Unfinished).Where(cell => cell.Progress.Count > 0).ToList();
        return cells.Count == 0 ? null : new ReportSection(
            "under-way",
            "Under way",
            [
                ReportTable.Of(cells)
                    .Text("Run", cell => cell.Label)
                    .Number("Step", cell => FormattableString.Invariant($"{cell.Progress[^1].Step} of {cell.Progress[^1].Steps}"))
                    .Number("Loss", cell => Figures.Loss(cell.Progress[^1].Loss))
                    .Number("Held-out loss", cell => Figures.Number(HeldOut(cell), 3))
                    .Number("Tokens/s", cell => Figures.Count(cell.Progress[^1].TokensPerSecond))
                    .Number("Time so far", cell => Figures.Time(cell.Progress[^1].Elapsed.TotalSeconds))
                    .Number("Time left", cell => SecondsLeft(cell.Progress) is { } left ? Figures.Time(left) : Figures.None)
                    .Make(
                        "under-way",
                        $"Time left is that of the steps to come at the speed of the last {Recent} reports, without validation and "
                            + "analysis; a run that was stopped would take it once it is continued.",
                        FigureTable.Of(cells)
                            .Text("variant", cell => cell.Variant)
                            .Number("seed", cell => cell.Seed)
                            .Number("step", cell => cell.Progress[^1].Step)
                            .Number("steps", cell => cell.Progress[^1].Steps)
                            .Number("loss", cell => cell.Progress[^1].Loss)
                            .Number("held_out_loss", HeldOut)
                            .Number("tokens_per_second", cell => cell.Progress[^1].TokensPerSecond)
                            .Number("seconds", cell => cell.Progress[^1].Elapsed.TotalSeconds)
                            .Number("seconds_left", cell => SecondsLeft(cell.Progress))
                            .Make()),
            ]);
    }

    /// <summary>Seconds that the steps to come take at the speed of the last reports; null before two reports.</summary>
    internal static double? SecondsLeft(IReadOnlyList<TrainingProgress> progress)
    {
        var recent = progress.TakeLast(Recent + 1).ToList();
        var (first, last) = (recent[0], recent[^1]);
        return last.Step > first.Step && last.Elapsed >= first.Elapsed
            ? (last.Elapsed - first.Elapsed).TotalSeconds / (last.Step - first.Step) * (last.Steps - last.Step)
            : null;
    }

    private static double? HeldOut(CellRecord cell) =>
        cell.Progress.LastOrDefault(report => report.ValidationLoss is not null)?.ValidationLoss;
}
