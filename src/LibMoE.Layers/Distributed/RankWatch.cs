using System.Globalization;
using System.Runtime.InteropServices;

namespace LibMoE.Runtime.Distributed;

/// <summary>
/// Looks every half second at what this process waits for. It writes that into the folder of statuses, and where the engine itself would
/// wait for ever, it ends the process with one sentence when the limit is over.
/// </summary>
internal sealed partial class RankWatch : IDisposable
{
    /// <summary>The exit code of a job whose ranks did not come together (EX_TEMPFAIL: it may be started again).</summary>
    public const int ExitCode = 75;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Ranks _ranks;
    private readonly RankOptions _options;
    private readonly Timer _timer;
    private string? _written;

    private RankWatch(Ranks ranks, RankOptions options)
    {
        (_ranks, _options) = (ranks, options);
        _timer = new Timer(_ => Look(), null, TimeSpan.Zero, Interval);
    }

    /// <summary>Starts to watch a rank, for as long as it lives.</summary>
    public static RankWatch Start(Ranks ranks, RankOptions options) => ranks.Watch = new RankWatch(ranks, options);

    /// <summary>What the other ranks last wrote of themselves; empty where there is no folder.</summary>
    public string Others()
    {
        if (_options.StatusFolder is not { } folder)
        {
            return "";
        }

        var others = Enumerable.Range(0, _ranks.Size).Where(rank => rank != _ranks.Rank).Select(rank => Status(folder, rank));
        return " " + string.Join("; ", others) + ".";
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private static string Status(string folder, int rank)
    {
        var file = FileOf(folder, rank);
        try
        {
            var age = DateTime.UtcNow - File.GetLastWriteTimeUtc(file);
            return string.Create(CultureInfo.InvariantCulture, $"rank {rank} {age.TotalSeconds:0} s ago: {File.ReadAllText(file)}");
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            return $"rank {rank} said nothing";
        }
    }

    private static string FileOf(string folder, int rank) => Path.Combine(folder, $"rank-{rank}.txt");

    private void Look()
    {
        var (number, name, since) = _ranks.Read();
        Write(name is null ? $"computing after collective {number}" : $"in collective {number} ({name})");
        if (name is null || _ranks.EndsItself || Environment.TickCount64 - since < _options.LimitSeconds * 1000)
        {
            return;
        }

        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"error: rank {_ranks.Rank} of {_ranks.Size} waited {_options.LimitSeconds:0.#} s in collective {number} ({name}); not all "
            + $"ranks came to it.{Others()}"));
        Console.Error.Flush();

        // The thread that waits is inside the engine, which nothing can interrupt.
        End(ExitCode);
    }

    /// <summary>Writes where something has changed; whoever reads takes the file's time as the time of the change.</summary>
    private void Write(string status)
    {
        if (_options.StatusFolder is not { } folder || status == _written)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(FileOf(folder, _ranks.Rank), status);
            _written = status;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            // The status is for an error's sentence alone; the next look tries again.
        }
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void End(int code);
}
