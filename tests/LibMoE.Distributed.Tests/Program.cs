using LibMoE.Distributed.Tests.Workers;

namespace LibMoE.Distributed.Tests;

/// <summary>What each rank of a job runs: one of the workers, by its name.</summary>
internal static class Program
{
    private static readonly Dictionary<string, Func<Ranks, string[], int>> Workers = new()
    {
        ["collectives"] = (ranks, _) => CollectivesWorker.Run(ranks),
        ["equality"] = EqualityWorker.Run,
        ["experts"] = FaultWorker.RunExperts,
        ["fault"] = FaultWorker.Run,
        ["overlap"] = OverlapWorker.Run,
        ["resume"] = ResumeWorker.Run,
        ["rows"] = (ranks, _) => RowsWorker.Run(ranks),
        ["soak"] = SoakWorker.Run,
        ["speed"] = SpeedWorker.Run,
        ["split"] = SplitWorker.Run,
        ["terms"] = (ranks, _) => TermsWorker.Run(ranks),
        ["together"] = TogetherWorker.Run,
    };

    private static int Main(string[] arguments)
    {
        if (arguments is not [var name, .. var rest] || !Workers.TryGetValue(name, out var worker))
        {
            Console.Error.WriteLine($"error: one of {string.Join(", ", Workers.Keys)} is expected.");
            return 2;
        }

        NativeThreads.SleepWhileWaiting();
        try
        {
            using var ranks = RankGroup.Join(JobOptions.FromEnvironment());
            TorchSharp.torch.set_num_threads(1);
            return worker(ranks, rest);
        }
        catch (RankFailureException failure)
        {
            Console.Error.WriteLine($"error: {failure.Message}");

            // The engine may still hold the process: what it waits for will not come.
            Console.Error.Flush();
            Environment.Exit(75);
            return 75;
        }
    }
}
