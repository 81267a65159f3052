namespace LibMoE.Runtime.Tests;

/// <summary>
/// What a leak adds to the resident memory of a process. A leak adds alike in every part of a run; what the process takes once or gives
/// back, for compiled code or the garbage collector's heap, falls into few parts, and their median does not see it.
/// </summary>
internal static class SteadyGrowth
{
    /// <summary>The median growth of a part of the run, times the number of parts.</summary>
    /// <param name="bytes">Resident memory at equal distances, from where the run has warmed up to its end.</param>
    public static long Of(IReadOnlyList<long> bytes)
    {
        var parts = bytes.Zip(bytes.Skip(1), (before, after) => after - before).Order().ToList();
        return parts.Count * parts[parts.Count / 2];
    }

    /// <summary>The resident memory of this process, without what the garbage collector could give back.</summary>
    public static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }
}
