using System.Globalization;

namespace LibMoE.Runtime.Common;

/// <summary>
/// The memory that a process can have: that of the machine, or of the container where that is less. What .NET states is what its own heap
/// may take, three quarters of a container, and libtorch's tensors are not on that heap.
/// </summary>
internal static class MachineMemory
{
    private const string Total = "MemTotal:";
    private const long BytesOfKilobyte = 1024;

    private static readonly string[] Limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

    /// <summary>In bytes; where the system does not say, what .NET states.</summary>
    public static long Bytes { get; } =
        Of(Text("/proc/meminfo"), [.. Limits.Select(Text)]) ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>The least of what the files say; null where none says a number.</summary>
    /// <param name="memory">The text of <c>/proc/meminfo</c>; null where there is none.</param>
    /// <param name="limits">The texts of a container's limits: a number of bytes, or <c>max</c>; null where there is none.</param>
    internal static long? Of(string? memory, IReadOnlyList<string?> limits)
    {
        var line = memory?.Split('\n').FirstOrDefault(text => text.StartsWith(Total, StringComparison.Ordinal));
        var machine = Number(line?[Total.Length..].Replace("kB", "", StringComparison.Ordinal)) * BytesOfKilobyte;
        long?[] known = [machine, .. limits.Select(Number)];
        return known.Where(bytes => bytes > 0).Min();
    }

    private static long? Number(string? text) =>
        long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Text(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
