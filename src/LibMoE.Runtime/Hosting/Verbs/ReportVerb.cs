using LibMoE.Runtime.Reporting.Report;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Writes the report of a run folder again.</summary>
internal sealed class ReportVerb : Verb
{
    /// <inheritdoc />
    public override string Name => "report";

    /// <inheritdoc />
    public override string Description =>
        "Writes report.html, data/*.csv and charts/*.png of a run folder from what it holds, finished or not.";

    /// <inheritdoc />
    public override IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--run", "Report:Run", "FOLDER", "The run folder. [default: the newest under --runs]"),
        new("--runs", "Run:Folder", "FOLDER", "The folder of all runs. [default: runs]"),
    ];

    /// <inheritdoc />
    public override Task<int> RunAsync(IServiceProvider services, CancellationToken stop)
    {
        var folder = ExistingRun.Find(
            "Report:Run", services.GetRequiredService<ReportOptions>().Run, services.GetRequiredService<RunOptions>());
        var page = ReportWriter.Write(folder);
        services.GetRequiredService<IAnsiConsole>().WriteLine($"Written to {page}");
        return Task.FromResult(ExitCode.Done);
    }
}
