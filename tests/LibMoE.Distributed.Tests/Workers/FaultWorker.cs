using System.Diagnostics;
using static TorchSharp.torch;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>Sums and exchanges step by step; at step 3 the last rank does something that it must not.</summary>
internal static class FaultWorker
{
    private const int Steps = 6;
    private const int FaultAt = 3;

    /// <summary>Two of joining, and a sum of each step before.</summary>
    private const int CollectivesBefore = 2 + FaultAt;
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(40);

    public static int Run(Ranks ranks, string[] arguments)
    {
        var isLast = ranks.Rank == ranks.Size - 1;
        using var numbers = ones(1 << 12);
        for (var step = 0; step < Steps; step++)
        {
            if (isLast && step == FaultAt)
            {
                AwaitStatus(ranks);
                if (!Fault(ranks, arguments[0]))
                {
                    continue;
                }
            }

            ranks.Sum(numbers, $"gradients of step {step}");
        }

        Console.WriteLine($"rank {ranks.Rank} came to its end");
        return 0;
    }

    /// <summary>Runs a layer whose experts are shared; at the third call the last rank does not come.</summary>
    public static int RunExperts(Ranks ranks, string[] arguments)
    {
        using var layer = SwitchMoe.Create(new MoeShape(16) { Ranks = ranks });
        for (var step = 0; step < Steps; step++)
        {
            if (ranks.Rank == ranks.Size - 1 && step == FaultAt)
            {
                _ = Fault(ranks, arguments[0]);
            }

            using var scope = NewDisposeScope();
            _ = layer.forward(randn(8, 16));
        }

        return 0;
    }

    /// <summary>Comes back when the status of this rank, which the others' sentence states, is that of its last collective.</summary>
    private static void AwaitStatus(Ranks ranks)
    {
        var file = Path.Combine(JobOptions.FromEnvironment().StatusFolder!, $"rank-{ranks.Rank}.txt");
        var expected = $"computing after collective {CollectivesBefore}";
        while (!File.Exists(file) || File.ReadAllText(file) != expected)
        {
            Thread.Sleep(50);
        }
    }

    /// <summary>Does what is wrong; false where it took the place of the step's own sum.</summary>
    private static bool Fault(Ranks ranks, string kind)
    {
        switch (kind)
        {
            case "kill":
                Process.GetCurrentProcess().Kill();
                break;
            case "hang":
                Thread.Sleep(Hang);
                break;
            case "throw":
                throw new InvalidOperationException("one rank's own trouble");
            case "leave":
                Environment.Exit(0);
                break;
            case "count":
                using (var more = ones((1 << 12) + 1))
                {
                    ranks.Sum(more, "another number of gradients");
                }

                return false;
            default:
                using (var rows = ones(2 * ranks.Size, 8))
                {
                    long[] each_R = [.. Enumerable.Repeat(2L, ranks.Size)];
                    ranks.Exchange(rows, each_R, each_R, "an exchange in its place").Dispose();
                }

                return false;
        }

        return true;
    }
}
