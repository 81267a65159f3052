using System.Diagnostics;
using static TorchSharp.torch;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>Sums and exchanges step by step; at step 3 the last rank does something that it must not.</summary>
internal static class FaultWorker
{
    private const int Steps = 6;
    private const int FaultAt = 3;

    public static int Run(Ranks ranks, string[] arguments)
    {
        var isLast = ranks.Rank == ranks.Size - 1;
        using var numbers = ones(1 << 12);
        for (var step = 0; step < Steps; step++)
        {
            if (isLast && step == FaultAt && !Fault(ranks, arguments[0]))
            {
                continue;
            }

            ranks.Sum(numbers, $"gradients of step {step}");
        }

        Console.WriteLine($"rank {ranks.Rank} came to its end");
        return 0;
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
                Thread.Sleep(TimeSpan.FromSeconds(15));
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
