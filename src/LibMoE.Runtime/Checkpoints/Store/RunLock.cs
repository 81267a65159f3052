using System.Globalization;
using System.Text;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime;

/// <summary>
/// Keeps a second process out of a run's folder. The system holds the lock, and drops it with the process that has it, however that ends.
/// </summary>
public sealed class RunLock : IDisposable
{
    private const string LockFile = "run.lock";
    private const string OwnerFile = "run.owner";
    private const int LongestOwner = 4096;

    private readonly IRunFiles _files;
    private readonly string _owner;
    private readonly IDisposable _lock;

    private RunLock(IRunFiles files, string owner, IDisposable held, string? takenOver) =>
        (_files, _owner, _lock, TakenOver) = (files, owner, held, takenOver);

    /// <summary>Whose lock was taken over: a process that ended without releasing it. Null where the last one ended in order.</summary>
    public string? TakenOver { get; }

    /// <summary>Takes the lock of a folder.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="folder">The run's folder; it must exist.</param>
    /// <exception cref="ConfigurationException">Another process has it; the message names the process.</exception>
    /// <exception cref="StorageException">The folder takes no files.</exception>
    public static RunLock Take(IRunFiles files, string folder)
    {
        var owner = Path.Combine(folder, OwnerFile);
        var held = files.TryLock(Path.Combine(folder, LockFile)) ?? throw new ConfigurationException(
            $"{folder} is in use by {Owner(files, owner) ?? "another process"}; wait until it ends, stop it, or choose another folder.");
        try
        {
            var takenOver = Owner(files, owner);
            files.WriteAtomically(owner, Encoding.UTF8.GetBytes(ThisProcess()));
            return new RunLock(files, owner, held, takenOver);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Whether a process works on a folder now.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="folder">The run's folder.</param>
    /// <remarks>Only a folder that names an owner is tried, so that nobody who is about to take it is kept out.</remarks>
    internal static bool IsHeld(IRunFiles files, string folder)
    {
        try
        {
            if (files.Find(Path.Combine(folder, OwnerFile)) is null || files.Find(Path.Combine(folder, LockFile)) is null)
            {
                return false;
            }

            using var free = files.TryLock(Path.Combine(folder, LockFile));
            return free is null;
        }
        catch (StorageException)
        {
            return false;
        }
    }

    /// <summary>Lets go of the lock.</summary>
    public void Dispose()
    {
        // Before the lock, so that no other process' name is deleted.
        _files.DeleteIfPossible(_owner);
        _lock.Dispose();
    }

    private static string ThisProcess() => string.Create(
        CultureInfo.InvariantCulture,
        $"process {Environment.ProcessId} on {Environment.MachineName}, since {DateTime.UtcNow:yyyy-MM-dd HH:mm:ss} UTC");

    private static string? Owner(IRunFiles files, string owner)
    {
        try
        {
            return files.Find(owner) is null ? null : MessageText.OneLine(Encoding.UTF8.GetString(files.ReadAll(owner, LongestOwner)));
        }
        catch (StorageException)
        {
            return null;
        }
    }
}
