using System.Globalization;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;
using LibMoE.Runtime.Runs;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>Every run: how far it came, and where it lies.</summary>
internal static class RunsSection
{
    public static ReportSection? Of(StudyRecord study) => study.Cells.Count == 0 ? null : new ReportSection(
        "runs",
        "Runs",
        [
            ReportTable.Of(study.Cells)
                .Text("Variant", cell => cell.Variant)
                .Number("Seed", cell => cell.Seed.ToString(CultureInfo.InvariantCulture))
                .Text("State", State)
                .Number("Step", Step)
                .Number(
                    Header(study), cell => cell.Result is { } result ? MetricWords.Cell(MetricFigure.Of(result.HeldOut[0])) : Figures.None)
                .Number("Time", cell => Seconds(cell) is { } seconds ? Figures.Time(seconds) : Figures.None)
                .Text("Folder", cell => $"`{cell.Folder}`")
                .Make(
                    "runs",
                    "One row per run. Time is training time without the final validation. A failed run's folder holds `error.txt` "
                        + "with the whole error.",
                    FigureTable.Of(study.Cells)
                        .Text("variant", cell => cell.Variant)
                        .Number("seed", cell => cell.Seed)
                        .Text("state", cell => cell.Status.ToString())
                        .Number("step", cell => Last(cell)?.Step)
                        .Number("steps", cell => Last(cell)?.Steps)
                        .Number("train_loss", cell => cell.Result?.TrainLoss)
                        .Number("validation_loss", cell => cell.Result?.ValidationLoss)
                        .Number("validation_loss_std_err", cell => cell.Result?.ValidationLossStdErr)
                        .Number("perplexity_per_byte", cell => cell.Result?.PerplexityPerByte)
                        .Number("tokens_per_second", cell => cell.Result?.TokensPerSecond)
                        .Number("seconds", Seconds)
                        .Number("load_cv", cell => cell.Result?.LoadCv)
                        .Number("dead_experts", cell => cell.Result?.DeadExperts)
                        .Text("folder", cell => cell.Folder)
                        .Text("error", cell => cell.Reason ?? "")
                        .Make()),
        ]);

    private static string Header(StudyRecord study) =>
        MetricWords.Column(
            study.Finished.Select(run => MetricFigure.Of(run.HeldOut[0])).FirstOrDefault(MetricFigure.Of(TextMetrics.Of(0, 0, [], 1)[0])));

    private static string State(CellRecord cell) => cell.Status switch
    {
        CellStatus.Finished => "finished",
        CellStatus.Failed => $"failed: {cell.Reason}",
        _ => "not finished",
    };

    private static string Step(CellRecord cell) =>
        Last(cell) is { } last ? FormattableString.Invariant($"{last.Step} of {last.Steps}") : Figures.None;

    private static double? Seconds(CellRecord cell) => cell.Result?.WallSeconds ?? Last(cell)?.Elapsed.TotalSeconds;

    private static TrainingProgress? Last(CellRecord cell) => cell.Progress is [.., var last] ? last : null;
}
