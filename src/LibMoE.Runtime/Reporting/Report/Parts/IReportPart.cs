using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Page;

namespace LibMoE.Runtime.Reporting.Report.Parts;

/// <summary>One thing in a section of the report; <see cref="PartHtml"/> has a row for each kind.</summary>
internal interface IReportPart;

/// <summary>A paragraph. Words between backticks are set as code.</summary>
internal sealed record Prose(string Text) : IReportPart;

/// <summary>A list of remarks that a reader must not miss.</summary>
internal sealed record NoticeList(IReadOnlyList<Notice> Notices) : IReportPart;

/// <summary>A chart with its caption and downloads.</summary>
internal sealed record ChartPart(ReportChart Chart) : IReportPart;

/// <summary>Text as it is: a declaration, an error.</summary>
/// <param name="Title">What it is; the text folds under it.</param>
/// <param name="Text">The lines.</param>
internal sealed record Listing(string Title, string Text) : IReportPart;

/// <summary>Several contents in one place; the reader picks one, the first is shown.</summary>
/// <param name="Id">Unique on the page.</param>
/// <param name="Label">What is picked, such as "Run".</param>
/// <param name="Options">By name.</param>
internal sealed record Choice(string Id, string Label, IReadOnlyList<ChoiceOption> Options) : IReportPart;

/// <summary>One content of a <see cref="Choice"/>.</summary>
internal sealed record ChoiceOption(string Name, IReadOnlyList<IReportPart> Parts);
