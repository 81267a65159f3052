namespace LibMoE.Runtime;

/// <summary>Which run a report is made of; configuration section <c>Report</c>.</summary>
public sealed record ReportOptions
{
    /// <summary>The run folder; empty takes the newest one under <c>Run:Folder</c>.</summary>
    public string Run { get; init; } = "";
}
