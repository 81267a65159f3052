using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>Work of one rank that the others wait for. It may take longer than ranks wait for each other in a collective, so they say every
/// moment that it is not done.</summary>
internal static class Together
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(200);

    /// <summary>The first rank does something for all.</summary>
    /// <param name="ranks">The processes.</param>
    /// <param name="what">What, for errors: <c>save step 5</c>.</param>
    /// <param name="work">What the first rank does; in one process it is done at once.</param>
    /// <exception cref="StorageException">The first rank could not; on that rank, its own exception.</exception>
    public static void First(Ranks ranks, string what, Action work)
    {
        if (ranks.Size == 1)
        {
            work();
            return;
        }

        var own = ranks.IsFirst ? Task.Run(work) : Task.CompletedTask;
        if (!Wait(ranks, what, own))
        {
            throw new StorageException("the run's folder", StorageCause.Other, $"rank 0 could not {what}; what was saved before is valid");
        }
    }

    /// <summary>Waits until every rank's own work is done.</summary>
    /// <param name="ranks">The processes.</param>
    /// <param name="what">What it is, for errors.</param>
    /// <param name="own">This rank's; its exception is thrown here.</param>
    /// <returns>Whether it came to its end on all ranks.</returns>
    public static bool Wait(Ranks ranks, string what, Task own)
    {
        while (true)
        {
            _ = Task.WhenAny(own, Task.Delay(Round)).GetAwaiter().GetResult();
            using var scope = NewDisposeScope();
            var flags = tensor(new double[] { own.IsCompleted ? 1 : 0, own.IsFaulted ? 1 : 0 });
            ranks.Sum(flags, what);
            var sums = flags.data<double>().ToArray();
            if (sums[0] == ranks.Size)
            {
                own.GetAwaiter().GetResult();
                return sums[1] == 0;
            }
        }
    }
}
