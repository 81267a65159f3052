using LibMoE.Runtime.Common;
using LibMoE.Runtime.Reporting.Index;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Serves the live report of a study that still runs, or begins later.</summary>
internal sealed class WatchVerb(DashboardOptions options, RunOptions runs, IAnsiConsole console, IDashboard? dashboard = null) : IVerb
{
    /// <inheritdoc />
    public static string Name => "watch";

    /// <inheritdoc />
    public static string Description =>
        "Serves the live report of a running study on 127.0.0.1, and of all other runs by their names, with an alert when an expert dies, "
            + "load is too uneven, or routing leaves a reference run.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--run", "Dashboard:Run", "FOLDER", "The run folder, there or not yet. [default: the newest under --runs]"),
        new("--runs", "Run:Folder", "FOLDER", "The folder of all runs. [default: runs]"),
        new("--port", "Dashboard:Port", "N", "The port; 0 takes a free one. [default: 5080]"),
        new("--reference", "Dashboard:Reference", "FOLDER", "A run folder to compare routing with. [default: none]"),
        new("--max-violation", "Dashboard:MaxViolation", "X", "Load violation (max - mean)/mean that raises an alert. [default: 2]"),
        new("--max-drift", "Dashboard:MaxDrift", "X", "Share of picks that may go elsewhere than in the reference. [default: 0.2]"),
        new("--rules", "Dashboard:Rules", "FILE", "A JSON file with alerts of your own. [default: none]"),
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
            Wanted(), options.Reference.Length == 0 ? null : ExistingRun.Find("Dashboard:Reference", options.Reference, runs))
        {
            All = runs.Folder,
        };
        await dashboard.ServeAsync(folders, options, address => console.WriteLine($"{Words(folders)} at {address} (Ctrl+C ends)"), stop)
            .ConfigureAwait(false);
        return ExitCode.Stopped;
    }

    /// <summary>The folder that was asked for, or the one that a run of that name will have; empty for the first that begins.</summary>
    private string Wanted()
    {
        if (options.Run.Length == 0)
        {
            return RunIndex.Of(runs.Folder) is [var newest, ..] ? newest.Folder : "";
        }

        if (new[] { options.Run, Path.Combine(runs.Folder, options.Run) }.FirstOrDefault(Directory.Exists) is { } there)
        {
            return there;
        }

        var later = Path.GetFileName(options.Run) == options.Run ? Path.Combine(runs.Folder, options.Run) : options.Run;
        return File.Exists(later) ? throw new ConfigurationException($"Dashboard:Run is '{options.Run}', which is a file.") : later;
    }

    private string Words(WatchedFolders folders)
    {
        if (folders.Run.Length == 0)
        {
            return $"Waiting for the first run in {runs.Folder}";
        }

        if (Directory.Exists(folders.Run))
        {
            return $"Watching {folders.Run}";
        }

        var near = NearestName.Of(Path.GetFileName(folders.Run), [.. RunIndex.Of(runs.Folder).Select(run => run.Name)]);
        return $"Waiting for {folders.Run}{(near is null ? "" : $" (there is {near})")}";
    }
}
