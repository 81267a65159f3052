using System.Globalization;

namespace LibMoE.Runtime.Common;

/// <summary>How many of the machine's processors this process may keep busy: what a scheduler gave the task, shared among the ranks of the
/// machine. A scheduler that binds nothing leaves every task all processors to see.</summary>
internal static class ProcessorShare
{
    private const string TaskVariable = "SLURM_CPUS_PER_TASK";

    /// <summary>The threads that this process is to use at most.</summary>
    public static int Threads =>
        Of(Environment.ProcessorCount, Environment.GetEnvironmentVariable(TaskVariable), RankPlace.Current?.LocalSize);

    /// <summary>Whether the environment says that this process has less than all processors.</summary>
    public static bool IsLess => Threads < Environment.ProcessorCount;

    /// <summary>The threads of a process.</summary>
    /// <param name="processors">What it may run on.</param>
    /// <param name="ofTask">What the scheduler gave the task, as text; null where there is no scheduler.</param>
    /// <param name="localRanks">How many ranks the machine has; null for one.</param>
    internal static int Of(int processors, string? ofTask, int? localRanks) =>
        int.TryParse(ofTask, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given > 0
            ? Math.Min(processors, given)
            : Math.Max(1, processors / Math.Max(1, localRanks ?? 1));
}
