namespace LibMoE.Runtime;

/// <summary>What carries the calls between ranks.</summary>
public enum RankEngine
{
    /// <summary>libtorch's own collectives, with Gloo over TCP.</summary>
    Gloo,

    /// <summary>An MPI library of the machine: Open MPI, MPICH, or one with MPICH's binary interface.</summary>
    Mpi,
}

/// <summary>How ranks come together.</summary>
public sealed record RankOptions
{
    private const double Day = 86400;

    /// <summary>What carries the calls.</summary>
    public RankEngine Engine { get; init; } = RankEngine.Gloo;

    /// <summary>How long a rank waits for the others when they start, in seconds; above 0.</summary>
    public double JoinSeconds { get; init; } = 300;

    /// <summary>How long a rank waits for the others in one collective, in seconds, before the job ends; above 0.</summary>
    public double LimitSeconds { get; init; } = 25;

    /// <summary>P: how many ranks share the experts of every layer, from 1, where every rank has them all. The number of ranks is a
    /// multiple of it; one process has all experts whatever it is.</summary>
    public int Experts { get; init; } = 1;

    /// <summary>Whether the engine compares what the ranks are about to do before every collective. It finds ranks that do not do the same
    /// and says what each does; every call takes longer.</summary>
    public bool Check { get; init; }

    /// <summary>A folder that all ranks see, where each writes which collective it is in, so that an error can say what the others did;
    /// null for none.</summary>
    public string? StatusFolder { get; init; }

    /// <summary>The MPI library to load; null takes the first that there is of libmpi.so.40 (Open MPI), libmpi.so.12 and libmpich.so.12
    /// (MPICH).</summary>
    public string? MpiLibrary { get; init; }

    /// <summary>What gradients are sent and added up in. Parameters, moments and everything else stay float32.</summary>
    public GradientType GradientType { get; init; } = GradientType.Float32;

    /// <summary>Whether gradients are summed while the backward pass still computes others, block by block; the bits are the
    /// same.</summary>
    public bool Overlap { get; init; } = true;

    /// <summary>Whether each rank keeps the optimiser's moments of a part of the parameters only, updates these, and gives them to the
    /// others (ZeRO stage 1, Rajbhandari et al. 2020, arXiv:1910.02054); the bits are the same.</summary>
    public bool SplitOptimizer { get; init; }

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. Below(nameof(JoinSeconds), JoinSeconds),
        .. Below(nameof(LimitSeconds), LimitSeconds),
        .. Experts < 1 ? [$"Ranks:{nameof(Experts)} is {Experts}; it must be at least 1."] : Array.Empty<string>(),
        .. Engine == RankEngine.Mpi && GradientType == GradientType.BFloat16
            ? ["Ranks:GradientType is BFloat16; MPI adds up no bfloat16 numbers: take Float32, or Ranks:Engine=Gloo."]
            : Array.Empty<string>(),
        .. Experts > 1 && SplitOptimizer
            ? ["Ranks:SplitOptimizer splits the state of what all ranks have, which shared experts are not; unset it or Ranks:Experts."]
            : Array.Empty<string>(),
    ];

    private static IEnumerable<string> Below(string name, double seconds)
    {
        if (seconds is not (> 0 and <= Day))
        {
            yield return FormattableString.Invariant($"Ranks:{name} is {seconds}; it must be above 0 and at most {Day}.");
        }
    }
}
