using System.Security.Cryptography;
using System.Text;
using LibMoE.Dashboard.Alerts;
using LibMoE.Dashboard.Pages;
using LibMoE.Runtime;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Sections;

namespace LibMoE.Dashboard;

/// <summary>What one page shows of one or several runs now: read again when a file in them has changed, at most once in a while however
/// many ask.</summary>
/// <param name="runs">Names and folders; a folder may not be there yet, and there may be no run at all yet.</param>
/// <param name="reference">A run folder that routing is compared with; null for none.</param>
/// <param name="all">The folder of all runs, for what is said while there is none.</param>
/// <param name="options">The thresholds.</param>
/// <param name="rules">The user's own alerts.</param>
internal sealed class LiveReport(
    IReadOnlyList<(string Name, string Folder)> runs, string? reference, string all, DashboardOptions options, AlertRules rules)
{
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromMilliseconds(500);
    private static readonly string[] Files =
        ["config.json", "metrics.jsonl", "result.json", "results.json", "error.txt", "samples.jsonl", CellAnalysis.FileName,
            "evaluation.json"];

    private readonly Lock _lock = new();
    private LiveState? _state;
    private long _read;

    /// <summary>What there is to see.</summary>
    public LiveState Now()
    {
        lock (_lock)
        {
            if (_state is not null && TimeProvider.System.GetElapsedTime(_read) < AtMostEvery)
            {
                return _state;
            }

            var version = Version();
            if (_state is null || _state.Version != version)
            {
                _state = Read(version);
            }

            _read = TimeProvider.System.GetTimestamp();
            return _state;
        }
    }

    private IEnumerable<(string Name, string Folder)> There => runs.Where(run => Directory.Exists(run.Folder));

    private LiveState Read(string version)
    {
        if (!There.Any())
        {
            return new LiveState(version, Waiting(), []);
        }

        var studies = There.Select(run => (run.Name, run.Folder, Study: RecordReader.Read(run.Folder))).ToList();
        var compared = reference is null ? null : RecordReader.Read(reference);
        return new LiveState(
            version,
            studies is [var only] ? ReportSections.Of(only.Study) : SideBySide.Of(studies),
            [
                .. from run in studies
                   from alert in RoutingAlerts.Of(run.Study, compared, options, rules)
                   select studies.Count == 1 ? alert : alert with { Run = $"{run.Name}: {alert.Run}" },
            ]);
    }

    private StudyPage Waiting()
    {
        var name = runs is [var run, ..] ? run.Name : "";
        return new StudyPage(
            name.Length > 0 ? name : "No run yet",
            name.Length > 0 ? $"There is no run `{name}` yet: waiting for it." : $"There is no run in `{all}` yet: waiting for the first.",
            NoticeLevel.Caution,
            [
                new ReportTab("overview", "Overview",
                [
                    new ReportSection("waiting", "Waiting", [new Prose(
                        "This page shows loss, speed and time left as soon as a training has written its first report.")]),
                ]),
            ]);
    }

    /// <summary>Says whether a file has come, gone or changed, without opening any.</summary>
    private string Version()
    {
        var seen = new StringBuilder();
        foreach (var folder in There.Select(run => run.Folder).Append(reference).OfType<string>())
        {
            seen.Append(folder).Append('\n');
            foreach (var file in Files.SelectMany(name => new DirectoryInfo(folder).EnumerateFiles(name, SearchOption.AllDirectories))
                .OrderBy(file => file.FullName, StringComparer.Ordinal))
            {
                // An old checkpoint may go away while its folder is read.
                if (file.Exists)
                {
                    seen.Append(file.FullName)
                        .Append('\0').Append(file.Length).Append('\0').Append(file.LastWriteTimeUtc.Ticks).Append('\n');
                }
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seen.ToString())).AsSpan(0, 8));
    }
}

/// <summary>A report at one moment.</summary>
/// <param name="Version">Changes when a file of the run does.</param>
/// <param name="Report">What is shown.</param>
/// <param name="Alerts">What a person should look at now.</param>
internal sealed record LiveState(string Version, StudyPage Report, IReadOnlyList<Alert> Alerts);
