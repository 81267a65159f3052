using LibMoE.Runtime.Common;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>Units of work that ranks compute side by side, one each a round. The first rank says which, and gets all results.</summary>
internal static class WorkRounds
{
    private const string Units = "the units of a round";
    private const string Results = "the results of a round";
    private const int None = -1;
    private const int End = -2;

    /// <summary>Called by the first rank.</summary>
    /// <param name="ranks">The processes.</param>
    /// <param name="units">The units' numbers, at least 0.</param>
    /// <param name="compute">The result of a unit, at least one byte.</param>
    /// <param name="stop">Ends the work between two rounds.</param>
    public static IEnumerable<byte[]> Lead(Ranks ranks, IReadOnlyList<int> units, Func<int, byte[]> compute, CancellationToken stop)
    {
        // libtorch's threads are each thread's own setting, and decide the last bits: all take those of the first rank.
        var threads = get_num_threads();
        var together = true;
        try
        {
            foreach (var round in units.Chunk(ranks.Size))
            {
                stop.ThrowIfCancellationRequested();
                together = false;
                _ = Tell(ranks, [.. round, .. Enumerable.Repeat(None, ranks.Size - round.Length), threads]);
                var results = Round(ranks, round[0], threads, compute);
                together = true;
                for (var rank = 0; rank < round.Length; rank++)
                {
                    yield return results[rank].Length > 0 ? results[rank] : compute(round[rank]);
                }
            }
        }
        finally
        {
            if (together)
            {
                _ = Tell(ranks, [.. Enumerable.Repeat(End, ranks.Size), threads]);
            }
        }
    }

    /// <summary>Called by the others, until the first has no more.</summary>
    /// <param name="ranks">The processes.</param>
    /// <param name="compute">The result of a unit, at least one byte.</param>
    public static void Follow(Ranks ranks, Func<int, byte[]> compute)
    {
        while (Tell(ranks, new int[ranks.Size + 1]) is var told && told[ranks.Rank] != End)
        {
            _ = Round(ranks, told[ranks.Rank], told[^1], compute);
        }
    }

    /// <summary>A unit for each rank, then the threads, as the first has them.</summary>
    private static int[] Tell(Ranks ranks, int[] numbers)
    {
        using var told = tensor(Array.ConvertAll(numbers, number => (long)number));
        ranks.Broadcast(told, root: 0, Units);
        return [.. told.data<long>().Select(number => (int)number)];
    }

    /// <summary>Computes this rank's unit; on the first rank, what all have computed. No bytes are a unit that could not be, or
    /// none.</summary>
    private static byte[][] Round(Ranks ranks, int unit, int threads, Func<int, byte[]> compute)
    {
        var own = Task.Run(() =>
        {
            using var same = new ThreadCount(threads);
            return Tried(unit, compute);
        });
        _ = Together.Wait(ranks, Results, own);
        return RankBytes.ToFirst(ranks, own.Result, Results);
    }

    private static byte[] Tried(int unit, Func<int, byte[]> compute)
    {
        if (unit == None)
        {
            return [];
        }

        try
        {
            return compute(unit);
        }
#pragma warning disable CA1031 // The first rank computes it again, and says what is wrong with it.
        catch (Exception fault) when (fault is not RankFailureException)
#pragma warning restore CA1031
        {
            return [];
        }
    }
}
