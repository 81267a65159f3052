namespace LibMoE.Runtime.Training;

/// <summary>
/// The micro-batches of a step, numbered over all ranks: rank r has those from r·M on, M of <see cref="TrainingConfig.MicroBatches"/>, so
/// that it has one contiguous part of the batch. What a micro-batch is follows from its number alone, never from who computes it.
/// </summary>
/// <param name="Own">M, how many each rank computes.</param>
/// <param name="Ranks">The processes.</param>
/// <param name="Batch">The training examples of a step.</param>
internal sealed record BatchParts(int Own, Ranks Ranks, int Batch)
{
    /// <summary>How many all ranks compute.</summary>
    public int All => Own * Ranks.Size;

    /// <summary>The training examples of one.</summary>
    public int Examples => Batch / All;

    /// <summary>The numbers of this rank's.</summary>
    public IEnumerable<int> Mine => Enumerable.Range(Ranks.Rank * Own, Own);

    /// <summary>Why a batch cannot be divided so; empty where it can.</summary>
    public IEnumerable<string> Problems()
    {
        if (Ranks.Size > 1 && Batch % All != 0)
        {
            yield return $"Training:Batch is {Batch}; {Ranks.Size} ranks of {Own} micro-batches each divide it only where it is a "
                + $"multiple of {All}.";
        }
    }

    /// <summary>The seed of a micro-batch's noise: by the run's seed, the step and the micro-batch's number.</summary>
    public static long NoiseSeed(long seed, long step, int part) =>
        (long)(Mixed((ulong)part + Mixed((ulong)step + Mixed((ulong)seed))) >> 1);

    /// <summary>The finaliser of SplitMix64 (Steele, Lea and Flood 2014): nearby numbers come out unrelated.</summary>
    private static ulong Mixed(ulong x)
    {
        unchecked
        {
            x += 0x9E3779B97F4A7C15;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return x ^ (x >> 31);
        }
    }
}
