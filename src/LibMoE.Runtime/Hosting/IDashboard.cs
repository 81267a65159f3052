namespace LibMoE.Runtime;

/// <summary>Serves the live report of a run folder; the project LibMoE.Dashboard has it, so that no one else gets ASP.NET Core.</summary>
public interface IDashboard
{
    /// <summary>Serves until it is stopped.</summary>
    /// <param name="folders">What is shown.</param>
    /// <param name="options">Where, and when there is an alert.</param>
    /// <param name="started">Gets the page's address once it can be opened.</param>
    /// <param name="stop">Ends the server.</param>
    /// <exception cref="ConfigurationException">The port is taken.</exception>
    Task ServeAsync(WatchedFolders folders, DashboardOptions options, Action<Uri> started, CancellationToken stop);
}

/// <summary>What a dashboard shows.</summary>
/// <param name="Run">The run folder that is shown first, there or not yet; empty takes the newest of <see cref="All"/>.</param>
/// <param name="Reference">The one that it is compared with, which exists; null for none.</param>
public sealed record WatchedFolders(string Run, string? Reference = null)
{
    /// <summary>The folder of all runs, of which a reader may choose others by name; empty shows the one alone.</summary>
    public string All { get; init; } = "";
}
