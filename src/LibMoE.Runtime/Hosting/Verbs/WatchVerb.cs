using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Serves the live report of a study that still runs.</summary>
internal sealed class WatchVerb(DashboardOptions options, RunOptions runs, IAnsiConsole console, IDashboard? dashboard = null) : IVerb
{
    /// <inheritdoc />
    public static string Name => "watch";

    /// <inheritdoc />
    public static string Description =>
        "Serves the live report of a running study on 127.0.0.1, with an alert when an expert dies, load is too uneven, or routing "
            + "leaves a reference run.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--run", "Dashboard:Run", "FOLDER", "The run folder. [default: the newest under --runs]"),
        new("--runs", "Run:Folder", "FOLDER", "The folder of all runs. [default: runs]"),
        new("--port", "Dashboard:Port", "N", "The port; 0 takes a free one. [default: 5080]"),
        new("--reference", "Dashboard:Reference", "FOLDER", "A run folder to compare routing with. [default: none]"),
        new("--max-violation", "Dashboard:MaxViolation", "X", "Load violation (max - mean)/mean that raises an alert. [default: 2]"),
        new("--max-drift", "Dashboard:MaxDrift", "X", "Share of picks that may go elsewhere than in the reference. [default: 0.2]"),
    ];

    /// <inheritdoc />
    public async Task<int> RunAsync(CancellationToken stop)
    {
        if (dashboard is null)
        {
            throw new ConfigurationException(
                "'watch' needs the project LibMoE.Dashboard: reference it, and call builder.Services.AddDashboard().");
        }

        var folders = new WatchedFolders(
            ExistingRun.Find("Dashboard:Run", options.Run, runs),
            options.Reference.Length == 0 ? null : ExistingRun.Find("Dashboard:Reference", options.Reference, runs));
        await dashboard.ServeAsync(
            folders, options, address => console.WriteLine($"Watching {folders.Run} at {address} (Ctrl+C ends)"),
            stop).ConfigureAwait(false);
        return ExitCode.Stopped;
    }
}
