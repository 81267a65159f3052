using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Serves the live report of a study that still runs.</summary>
internal sealed class WatchVerb : Verb
{
    /// <inheritdoc />
    public override string Name => "watch";

    /// <inheritdoc />
    public override string Description =>
        "Serves the live report of a running study on 127.0.0.1, with an alert when an expert dies, load is too uneven, or routing "
            + "leaves a reference run.";

    /// <inheritdoc />
    public override IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--run", "Dashboard:Run", "FOLDER", "The run folder. [default: the newest under --runs]"),
        new("--runs", "Run:Folder", "FOLDER", "The folder of all runs. [default: runs]"),
        new("--port", "Dashboard:Port", "N", "The port; 0 takes a free one. [default: 5080]"),
        new("--reference", "Dashboard:Reference", "FOLDER", "A run folder to compare routing with. [default: none]"),
        new("--max-violation", "Dashboard:MaxViolation", "X", "Load violation (max - mean)/mean that raises an alert. [default: 2]"),
        new("--max-drift", "Dashboard:MaxDrift", "X", "Share of picks that may go elsewhere than in the reference. [default: 0.2]"),
    ];

    /// <inheritdoc />
    public override async Task<int> RunAsync(IServiceProvider services, CancellationToken stop)
    {
        var dashboard = services.GetService<IDashboard>() ?? throw new ConfigurationException(
            "'watch' needs the project LibMoE.Dashboard: reference it, and call builder.Services.AddDashboard().");
        var (options, runs) = (services.GetRequiredService<DashboardOptions>(), services.GetRequiredService<RunOptions>());
        var console = services.GetRequiredService<IAnsiConsole>();
        var folders = new WatchedFolders(
            ExistingRun.Find("Dashboard:Run", options.Run, runs),
            options.Reference.Length == 0 ? null : ExistingRun.Find("Dashboard:Reference", options.Reference, runs));
        await dashboard.ServeAsync(
            folders, options, address => console.WriteLine($"Watching {folders.Run} at {address} (Ctrl+C ends)"),
            stop).ConfigureAwait(false);
        return ExitCode.Stopped;
    }
}
