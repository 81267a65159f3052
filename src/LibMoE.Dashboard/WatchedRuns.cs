using LibMoE.Dashboard.Alerts;
using LibMoE.Runtime;
using LibMoE.Runtime.Reporting.Index;

namespace LibMoE.Dashboard;

/// <summary>The runs that can be looked at. A name from outside is only ever looked up among the names of the folder's runs, and never
/// becomes a path.</summary>
internal sealed class WatchedRuns(WatchedFolders folders, DashboardOptions options, AlertRules rules)
{
    /// <summary>How many runs one page may show.</summary>
    public const int Most = 8;

    /// <summary>Pages that are kept between two questions of an open one.</summary>
    private const int Kept = 32;

    private static readonly TimeSpan AtMostEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LiveReport> _reports = [];
    private IReadOnlyList<RunSummary> _all = [];
    private long _read;

    /// <summary>All runs of the folder, the newest first; read again at most once in a while.</summary>
    public IReadOnlyList<RunSummary> All
    {
        get
        {
            lock (_lock)
            {
                if (folders.All.Length > 0 && (_read == 0 || TimeProvider.System.GetElapsedTime(_read) >= AtMostEvery))
                {
                    (_all, _read) = (RunIndex.Of(folders.All), TimeProvider.System.GetTimestamp());
                }

                return _all;
            }
        }
    }

    /// <summary>The run that is watched: the one that was named, or the newest one, as soon as there is one.</summary>
    public LiveReport Watched => folders.Run.Length > 0
        ? Report([(Path.GetFileName(Path.GetFullPath(folders.Run)), folders.Run)])
        : All is [var newest, ..]
        ? Report([(newest.Name, newest.Folder)])
        : Report([]);

    /// <summary>What is seen of runs by their names; null where one is not there, or there are too many.</summary>
    public LiveReport? Find(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return Watched;
        }

        var runs = names.Distinct().Select(name => All.FirstOrDefault(run => run.Name == name)).ToList();
        return runs.Count <= Most && runs.TrueForAll(run => run is not null)
            ? Report([.. runs.Select(run => (run!.Name, run.Folder))])
            : null;
    }

    private LiveReport Report(IReadOnlyList<(string Name, string Folder)> runs)
    {
        lock (_lock)
        {
            var key = string.Join('\n', runs.Select(run => run.Folder));
            if (!_reports.TryGetValue(key, out var report))
            {
                if (_reports.Count >= Kept)
                {
                    _reports.Clear();
                }

                report = _reports[key] = new LiveReport(runs, runs.Count == 1 ? folders.Reference : null, folders.All, options, rules);
            }

            return report;
        }
    }
}
