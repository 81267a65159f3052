using System.Text;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime;

/// <summary>
/// A file that only grows, of JSON lines that each hold the hash of the line before: who did what, when and why. An entry is on the disk
/// when <see cref="Append"/> returns. A changed, removed, added or moved line shows; a log that was cut off at the end or written anew as a
/// whole shows only against a hash that was kept elsewhere (<see cref="AuditReport.Head"/>).
/// </summary>
public sealed class AuditLog : IDisposable
{
    private const int LongestLog = 1 << 30;

    private readonly IRunFile _file;
    private readonly IDisposable _lock;
    private readonly TimeProvider _clock;
    private readonly Lock _turn = new();
    private readonly string _path;
    private long _length;
    private long _entries;
    private string _head;
    private bool _broken;

    private AuditLog(string path, IRunFile file, IDisposable held, AuditReport found, TimeProvider clock)
    {
        (_path, _file, _lock, _clock) = (path, file, held, clock);
        (_length, _entries, _head) = (file.Length, found.Entries.Count, found.Head);
    }

    /// <summary>The hash of the last entry; 64 zeros where there is none.</summary>
    public string Head => _head;

    /// <summary>Opens a log to add to it, or begins one. A file <c>.lock</c> beside it keeps other processes away meanwhile.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clock">Tells the time; null takes the system's.</param>
    /// <exception cref="ConfigurationException">The log is not whole, or another process has it open.</exception>
    /// <exception cref="StorageException">The file cannot be read or written.</exception>
    public static AuditLog Open(string path, TimeProvider? clock = null)
    {
        var files = DiskFiles.Instance;
        var full = Path.GetFullPath(path);
        files.CreateFolders(Path.GetDirectoryName(full)!);
        var held = files.TryLock(full + ".lock")
            ?? throw new ConfigurationException($"{path} is open in another process; each has an audit log of its own.");
        try
        {
            var found = files.Find(full) is null ? new AuditReport([], AuditLine.Start, null) : Verify(path);
            if (found.Problem is { } problem)
            {
                throw new ConfigurationException(
                    $"{problem} Nothing is added to a log that is not whole: keep the file as evidence, and name another.");
            }

            var file = files.Find(full) is null ? files.Create(full) : files.OpenWrite(full);
            files.SyncFolder(Path.GetDirectoryName(full)!);
            return new AuditLog(path, file, held, found, clock ?? TimeProvider.System);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Holds every line of a log against the one before, also while a process adds to it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="StorageException">The file is not there, or cannot be read.</exception>
    public static AuditReport Verify(string path)
    {
        var text = Encoding.UTF8.GetString(DiskFiles.Instance.ReadAll(path, LongestLog));
        var (entries, hashes, head) = (new List<AuditEntry>(), new HashSet<string>(), AuditLine.Start);
        var lines = text.Split('\n');
        foreach (var (index, line) in lines.SkipLast(1).Index())
        {
            var (entry, hash, problem) = AuditLine.Read(line, index + 1, head);
            if (problem is not null)
            {
                return Found(FormattableString.Invariant($"{path} is not whole: line {index + 1} {problem}."));
            }

            entries.Add(entry!);
            hashes.Add(hash);
            head = hash;
        }

        return Found(lines[^1].Length == 0
            ? null
            : FormattableString.Invariant($"{path} is not whole: line {lines.Length}, its last, has no end."));

        AuditReport Found(string? problem) => new(entries, head, problem) { Hashes = hashes };
    }

    /// <summary>Adds an entry; it is on the disk when this returns. Any thread may call.</summary>
    /// <param name="who">Who does it: a name, never a secret.</param>
    /// <param name="action">What is done.</param>
    /// <param name="details">What it is done to.</param>
    /// <param name="reason">Why.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="StorageException">It could not be written, or an earlier one could not; the log is as it was, or takes no more
    /// entries.</exception>
    public AuditEntry Append(string who, string action, IReadOnlyDictionary<string, string> details, string reason)
    {
        lock (_turn)
        {
            if (_broken)
            {
                throw new StorageException(_path, StorageCause.Other, $"{_path} takes no more entries, since one could not be written");
            }

            var entry = new AuditEntry
            {
                Number = _entries + 1,
                Time = _clock.GetUtcNow(),
                Who = who,
                Action = action,
                Details = details,
                Reason = reason,
                Previous = _head,
            };
            var (line, hash) = AuditLine.Of(entry);
            var bytes = Encoding.UTF8.GetBytes(line + "\n");
            // After a failed write nobody knows what is on the disk.
            _broken = true;
            _file.Write(_length, bytes);
            _file.Sync();
            (_length, _entries, _head, _broken) = (_length + bytes.Length, _entries + 1, hash, false);
            return entry;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
    }
}
