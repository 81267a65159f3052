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

/// <summary>Run folders that exist.</summary>
/// <param name="Run">The one that is shown.</param>
/// <param name="Reference">The one that it is compared with; null for none.</param>
public sealed record WatchedFolders(string Run, string? Reference = null);
