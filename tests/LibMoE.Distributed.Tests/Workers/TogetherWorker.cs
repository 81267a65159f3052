using LibMoE.Runtime.Training;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>Work of one rank that the others wait for, and what the first says.</summary>
internal static class TogetherWorker
{
    public static int Run(Ranks ranks, string[] arguments)
    {
        var limit = JobOptions.FromEnvironment().LimitSeconds;

        // Longer than ranks wait for each other.
        var done = 0;
        Together.First(ranks, "do slow work", () =>
        {
            Thread.Sleep(TimeSpan.FromSeconds(limit + 2));
            done++;
        });
        Say(ranks, $"worked {done} times");

        try
        {
            Together.First(ranks, "save step 5", () => throw new InvalidOperationException("the first's own trouble"));
        }
        catch (Exception failure) when (failure is InvalidOperationException or StorageException)
        {
            Say(ranks, failure.Message);
        }

        var all = Together.Wait(ranks, "make something", Task.CompletedTask);
        var last = ranks.Rank == ranks.Size - 1
            ? Task.FromException(new InvalidOperationException("the last's own trouble"))
            : Task.CompletedTask;
        try
        {
            Say(ranks, $"all {all}, then {Together.Wait(ranks, "make something else", last)}");
        }
        catch (InvalidOperationException own)
        {
            Say(ranks, own.Message);
        }

        Say(ranks, $"the first says {new StepAgreement(ranks).FirstSays(ranks.Rank + 0.5, step: 7)}");
        return 0;
    }

    private static void Say(Ranks ranks, FormattableString text) => Say(ranks, FormattableString.Invariant(text));

    private static void Say(Ranks ranks, string text) => Console.WriteLine($"rank {ranks.Rank} {text}");
}
