using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>The first rank saves for all; the others wait for it, and fail where it fails.</summary>
internal static class RankSave
{
    /// <summary>How often ranks that wait for a save say so: a save may take longer than they would wait for each other.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(200);

    /// <summary>Saves.</summary>
    /// <param name="ranks">The processes.</param>
    /// <param name="step">The step that is saved, for errors.</param>
    /// <param name="save">What the first rank does.</param>
    /// <exception cref="StorageException">The first rank could not.</exception>
    public static void Run(Ranks ranks, long step, Action save)
    {
        if (ranks.Size == 1)
        {
            save();
            return;
        }

        // Native work of the save and of the waiting never run at once on one tensor: the ranks wait with numbers of their own.
        var saving = ranks.IsFirst ? Task.Run(save) : Task.CompletedTask;
        bool ended, failed;
        do
        {
            _ = Task.WhenAny(saving, Task.Delay(Round)).GetAwaiter().GetResult();
            using var scope = NewDisposeScope();
            var flags = tensor(new double[] { saving.IsCompleted ? 1 : 0, saving.IsFaulted ? 1 : 0 });
            ranks.Sum(flags, $"save of step {step}");
            var sums = flags.data<double>().ToArray();
            (ended, failed) = (sums[0] == ranks.Size, sums[1] > 0);
        }
        while (!ended);

        saving.GetAwaiter().GetResult();
        if (failed)
        {
            throw new StorageException(
                "the run's folder", StorageCause.Other, $"rank 0 could not save step {step}; what was saved before is valid");
        }
    }
}
