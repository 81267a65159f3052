using LibMoE.Runtime.Common;

namespace LibMoE.Runtime;

/// <summary>Finds a run folder that is there.</summary>
public static class ExistingRun
{
    /// <summary>The folder that was asked for, by path or by its name under the folder of all runs; or else the newest.</summary>
    /// <param name="key">The setting that names it, for the message.</param>
    /// <param name="wanted">Its value; empty takes the newest.</param>
    /// <param name="runs">Where runs are.</param>
    /// <exception cref="ConfigurationException">There is no such folder, or no run at all.</exception>
    public static string Find(string key, string wanted, RunOptions runs)
    {
        if (wanted.Length > 0)
        {
            return new[] { wanted, Path.Combine(runs.Folder, wanted) }.FirstOrDefault(Directory.Exists)
                ?? throw new ConfigurationException($"{key} is '{wanted}', which does not exist; {Advice(wanted, runs)}.");
        }

        return (Directory.Exists(runs.Folder) ? new DirectoryInfo(runs.Folder).EnumerateDirectories() : [])
            .OrderByDescending(folder => folder.LastWriteTimeUtc)
            .ThenBy(folder => folder.Name, StringComparer.Ordinal)
            .Select(folder => Path.Combine(runs.Folder, folder.Name))
            .FirstOrDefault()
            ?? throw new ConfigurationException($"{key} is not set and there is no run in {runs.Folder}; name a run folder.");
    }

    private static string Advice(string wanted, RunOptions runs) => Names(runs).ToList() is { Count: > 0 } names
        ? NearestName.Advice(wanted, names)
        : $"it must be a path, and there is no run in {runs.Folder} that could be named";

    private static IEnumerable<string> Names(RunOptions runs) =>
        Directory.Exists(runs.Folder)
            ? Directory.EnumerateDirectories(runs.Folder).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)
            : [];
}
