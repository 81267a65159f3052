using System.Globalization;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Reporting.Index;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Sections;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Dashboard.Pages;

/// <summary>Several runs in one report: the sections that say something of runs beside each other, each variant with its run's
/// name.</summary>
internal static class SideBySide
{
    private static readonly (string Tab, Func<StudyRecord, ReportSection?> Section)[] Table =
    [
        ("Overview", UnderWaySection.Of),
        ("Training", TrainingCurvesSection.Of),
        ("Training", MetricsOverTrainingSection.Of),
        ("Training", SpeedSection.Of),
        ("Routing", LoadOverTimeSection.Of),
        ("Routing", LoadSection.Of),
        ("Setup", DeclarationsSection.Of),
    ];

    /// <summary>The report of several runs.</summary>
    /// <param name="runs">Names, folders and what they hold; two or more.</param>
    public static StudyPage Of(IReadOnlyList<(string Name, string Folder, StudyRecord Study)> runs)
    {
        var merged = Merge(runs);
        var compared = ComparedRuns.Of([.. runs.Select(run => (run.Name, run.Folder))]);
        IEnumerable<(string Tab, ReportSection? Section)> sections =
        [
            ("Overview", Compared(compared)),
            .. Table.Select(row => (row.Tab, row.Section(merged))),
            ("Setup", Settings(compared, [.. runs.Select(run => run.Name)])),
        ];
        var (status, level) = StudyStatus.Of(merged);
        return new StudyPage(
            merged.Name,
            status,
            level,
            [
                .. sections.GroupBy(row => row.Tab, row => row.Section)
                    .Select(tab => new ReportTab(Slug.Of(tab.Key), tab.Key, [.. tab.OfType<ReportSection>()]))
                    .Where(tab => tab.Sections.Count > 0),
            ]);
    }

    private static StudyRecord Merge(IReadOnlyList<(string Name, string Folder, StudyRecord Study)> runs) => new()
    {
        Name = string.Join(" · ", runs.Select(run => run.Name)),
        Cells =
        [
            .. from run in runs
               from cell in run.Study.Cells
               select cell with
               {
                   Variant = $"{run.Name}: {cell.Variant}",
                   Folder = $"{run.Name}/{cell.Folder}",
                   Result = cell.Result is { } result ? result with { Name = $"{run.Name}: {result.Name}" } : null,
               },
        ],
        NotBegun = [.. runs.SelectMany(run => run.Study.NotBegun.Select(variant => $"{run.Name}: {variant}"))],
        Problems = [.. runs.SelectMany(run => run.Study.Problems)],
    };

    private static ReportSection? Compared(ComparedRuns compared) => compared.Rows.Count == 0 && compared.Notes.Count == 0 ? null :
        new ReportSection(
            "compared",
            "Results beside each other",
            [
                .. compared.Notes.Count == 0 ? Array.Empty<IReportPart>()
                    : [new NoticeList([.. compared.Notes.Select(note => new Notice(NoticeLevel.Caution, note))])],
                .. compared.Rows.Count == 0 ? Array.Empty<IReportPart>() : [Rows(compared)],
            ]);

    private static ReportTable Rows(ComparedRuns compared) => ReportTable.Of(compared.Rows)
        .Text("Run", row => row.Run)
        .Text("Variant", row => row.Figures.Name)
        .Number(MetricWords.Column(compared.Rows[0].Figures.HeldOut[0]), row => MetricWords.Cell(row.Figures.HeldOut[0]))
        .Number("Against the first run", row => row.AgainstFirst is { } against
            ? $"{Figures.Difference(against.Difference, against.StandardError)} {against.Verdict}"
            : Figures.None)
        .Number("Active parameters", row => Figures.Count(row.Figures.ActiveParameters))
        .Number("Tokens/s", row => Figures.Count(row.Figures.TokensPerSecond))
        .Number("Seeds", row => row.Figures.Seeds.Count.ToString(CultureInfo.InvariantCulture))
        .Make(
            "compared",
            "Means over seeds. Differences are those from the variant of the same name in the first run (from its only one, where it has "
                + "one), pair by pair of seeds and held-out items, ± one standard error.",
            FigureTable.Of(compared.Rows)
                .Text("run", row => row.Run)
                .Text("variant", row => row.Figures.Name)
                .Number("value", row => row.Figures.HeldOut[0].Value)
                .Number("std_err", row => row.Figures.HeldOut[0].StdErr)
                .Number("difference", row => row.AgainstFirst?.Difference)
                .Number("difference_std_err", row => row.AgainstFirst?.StandardError)
                .Make());

    private static ReportSection? Settings(ComparedRuns compared, IReadOnlyList<string> runs)
    {
        if (compared.Settings.Count == 0)
        {
            return null;
        }

        var (table, data) = (ReportTable.Of(compared.Settings).Text("Setting", row => row.Key),
            FigureTable.Of(compared.Settings).Text("setting", row => row.Key));
        foreach (var (place, run) in runs.Index())
        {
            table.Text(run, row => row.Values[place]);
            data.Text(run, row => row.Values[place]);
        }

        return new ReportSection(
            "different-settings", "Settings that differ", [table.Make("different-settings", "Of each run's first cell.", data.Make())]);
    }
}
