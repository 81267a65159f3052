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

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. Below(nameof(JoinSeconds), JoinSeconds),
        .. Below(nameof(LimitSeconds), LimitSeconds),
        .. Experts < 1 ? [$"Ranks:{nameof(Experts)} is {Experts}; it must be at least 1."] : Array.Empty<string>(),
    ];

    private static IEnumerable<string> Below(string name, double seconds)
    {
        if (seconds is not (> 0 and <= Day))
        {
            yield return FormattableString.Invariant($"Ranks:{name} is {seconds}; it must be above 0 and at most {Day}.");
        }
    }
}
