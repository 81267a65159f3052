using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Charts;

/// <summary>A chart: figures, and which column goes where. How it looks is the page's and the picture's affair.</summary>
/// <param name="Id">Names the chart's files: <c>data/{Id}.csv</c> and <c>charts/{Id}.png</c>.</param>
/// <param name="Title">What is shown, in a few words.</param>
/// <param name="Caption">How to read it: what the marks are, units, what would be good or bad.</param>
/// <param name="Data">The figures.</param>
internal abstract record ReportChart(string Id, string Title, string Caption, FigureTable Data);
