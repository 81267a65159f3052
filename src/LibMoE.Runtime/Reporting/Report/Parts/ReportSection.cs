using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Parts;

/// <summary>A part of the report under one heading.</summary>
/// <param name="Id">Unique on the page.</param>
/// <param name="Title">The heading.</param>
/// <param name="Parts">In reading order.</param>
internal sealed record ReportSection(string Id, string Title, IReadOnlyList<IReportPart> Parts);

/// <summary>Sections that are shown together.</summary>
/// <param name="Id">Unique on the page; the address of the tab.</param>
/// <param name="Title">A word or two.</param>
/// <param name="Sections">In reading order.</param>
internal sealed record ReportTab(string Id, string Title, IReadOnlyList<ReportSection> Sections);

/// <summary>A whole report.</summary>
/// <param name="Title">The study's name.</param>
/// <param name="Status">How far the study came, in one sentence.</param>
/// <param name="Level">Whether <paramref name="Status"/> is good news.</param>
/// <param name="Tabs">Those that have anything to show.</param>
internal sealed record StudyPage(string Title, string Status, NoticeLevel Level, IReadOnlyList<ReportTab> Tabs)
{
    /// <summary>Every chart, hidden ones too, in reading order.</summary>
    public IReadOnlyList<ReportChart> Charts => [.. Parts.OfType<ChartPart>().Select(part => part.Chart)];

    /// <summary>Every table.</summary>
    public IReadOnlyList<ReportTable> Tables => [.. Parts.OfType<ReportTable>()];

    /// <summary>The figures of the chart or table of this name; null where there is none.</summary>
    public FigureTable? Figures(string id) =>
        Charts.FirstOrDefault(chart => chart.Id == id)?.Data ?? Tables.FirstOrDefault(table => table.Id == id)?.Data;

    /// <summary>Everything in the report, what a <see cref="Choice"/> hides included.</summary>
    public IEnumerable<IReportPart> Parts => Flatten(Tabs.SelectMany(tab => tab.Sections).SelectMany(section => section.Parts));

    private static IEnumerable<IReportPart> Flatten(IEnumerable<IReportPart> parts) => parts.SelectMany(part =>
        part is Choice choice ? Flatten(choice.Options.SelectMany(option => option.Parts)).Prepend(part) : [part]);
}
