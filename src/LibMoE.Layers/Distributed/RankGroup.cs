using LibMoE.Runtime.Distributed;
using LibMoE.Runtime.Distributed.C10d;
using LibMoE.Runtime.Distributed.Mpi;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Makes the <see cref="Ranks"/> of this process.</summary>
public static class RankGroup
{
    /// <summary>
    /// Joins the ranks that a launcher started beside this one, and tries two collectives whose results are known. Only one group can be
    /// joined in a process.
    /// </summary>
    /// <param name="options">How; null takes the defaults.</param>
    /// <param name="place">Which rank this is; null takes what the launcher's variables say.</param>
    /// <returns><see cref="Ranks.One"/> where no launcher started several.</returns>
    /// <exception cref="RankFailureException">Not all ranks came, the engine cannot be used here, or it computes something
    /// else.</exception>
    public static Ranks Join(RankOptions? options = null, RankPlace? place = null)
    {
        options ??= new RankOptions();
        if ((place ?? RankPlace.Current) is not { } here)
        {
            return Ranks.One;
        }

        var ranks = options.Engine == RankEngine.Mpi ? MpiGroup.Join(here, options) : C10dGroup.Join(here, options);
        ranks.Options = options;
        RankWatch.Start(ranks, options);
        Try(ranks);
        ranks.Experts = ExpertRanks.Of(ranks, options.Experts);
        foreach (var part in new[] { ranks.Experts.Group, ranks.Experts.Replicas }.Where(part => part.Size > 1 && part != ranks))
        {
            Try(part);
        }

        return ranks;
    }

    /// <summary>1 + 2 + … + R, and an exchange in which rank r sends r·R + q + 1 rows to rank q.</summary>
    private static void Try(Ranks ranks)
    {
        using var scope = NewDisposeScope();
        var (rank, size) = (ranks.Rank, ranks.Size);
        var sum = tensor(new[] { rank + 1f, 1f });
        ranks.Sum(sum, "a first sum");
        long[] sent_R = [.. Enumerable.Range(0, size).Select(other => (long)rank * size + other + 1)];
        long[] received_R = [.. Enumerable.Range(0, size).Select(other => (long)other * size + rank + 1)];
        var own = TensorMath.Full([sent_R.Sum(), 2], (double)rank, ScalarType.Float32);
        var rows = ranks.Exchange(own, sent_R, received_R, "a first exchange");
        var expected = Enumerable.Range(0, size).SelectMany(other => Enumerable.Repeat((float)other, 2 * (int)received_R[other]));
        if (sum.data<float>().ToArray() is not [var total, var count] || total != size * (size + 1) / 2f || count != size
            || !rows.data<float>().SequenceEqual(expected))
        {
            throw new RankFailureException($"rank {rank} of {size}: {ranks.Engine} adds up or exchanges known numbers wrongly here.");
        }
    }
}
