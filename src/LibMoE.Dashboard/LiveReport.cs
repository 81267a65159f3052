using System.Security.Cryptography;
using System.Text;
using LibMoE.Dashboard.Alerts;
using LibMoE.Runtime;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Sections;

namespace LibMoE.Dashboard;

/// <summary>The report of a run folder as it is now: read again when a file in it has changed, at most once in a while
/// however many ask.</summary>
internal sealed class LiveReport(WatchedFolders folders, DashboardOptions options)
{
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromMilliseconds(500);
    private static readonly string[] Files =
        ["config.json", "metrics.jsonl", "result.json", "results.json", "error.txt", CellAnalysis.FileName, "evaluation.json"];

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

    private LiveState Read(string version)
    {
        var study = RecordReader.Read(folders.Run);
        var reference = folders.Reference is null ? null : RecordReader.Read(folders.Reference);
        return new LiveState(version, ReportSections.Of(study), RoutingAlerts.Of(study, reference, options));
    }

    /// <summary>Says whether a file has come, gone or changed, without opening any.</summary>
    private string Version()
    {
        var seen = new StringBuilder();
        foreach (var folder in new[] { folders.Run, folders.Reference }.OfType<string>())
        {
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
