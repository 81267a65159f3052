using LibMoE.Runtime.Reporting.Report;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Writes the report of a run folder again.</summary>
internal sealed class ReportVerb(ReportOptions options, RunOptions runs, IAnsiConsole console) : IVerb
{
    /// <inheritdoc />
    public static string Name => "report";

    /// <inheritdoc />
    public static string Description =>
        "Writes report.html, data/*.csv and charts/*.png of a run folder from what it holds, finished or not.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--run", "Report:Run", "FOLDER", "The run folder. [default: the newest under --runs]"),
        new("--runs", "Run:Folder", "FOLDER", "The folder of all runs. [default: runs]"),
    ];

    /// <inheritdoc />
    public Task<int> RunAsync(CancellationToken stop)
    {
        var folder = ExistingRun.Find("Report:Run", options.Run, runs);
        var page = ReportWriter.Write(folder);
        console.WriteLine($"Written to {page}");
        return Task.FromResult(ExitCode.Done);
    }
}
