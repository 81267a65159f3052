namespace LibMoE.Runtime;

/// <summary>
/// How ranks share the experts of layers. P ranks that follow each other have all experts of every layer together: the r-th of them has
/// experts ⌊r·F/P⌋ to below ⌊(r + 1)·F/P⌋ of a group of F. With R ranks there are R/P such groups of ranks, each with a copy. Routers,
/// shared and zero-compute experts are on every rank.
/// </summary>
public sealed class ExpertRanks
{
    private ExpertRanks(Ranks group, Ranks replicas) => (Group, Replicas) = (group, replicas);

    /// <summary>Every process has all experts.</summary>
    public static ExpertRanks Unshared { get; } = new(Ranks.One, Ranks.One);

    /// <summary>The P ranks that have all experts together.</summary>
    public Ranks Group { get; }

    /// <summary>The ranks that have the same experts as this one.</summary>
    public Ranks Replicas { get; }

    /// <summary>Whether this process has some of the experts only.</summary>
    public bool AreShared => Group.Size > 1;

    /// <summary>Makes the groups of ranks; all ranks call it.</summary>
    /// <param name="ranks">All ranks.</param>
    /// <param name="share">P; 1 is <see cref="Unshared"/>.</param>
    /// <exception cref="RankFailureException">P does not divide the number of ranks, or they did not come together.</exception>
    internal static ExpertRanks Of(Ranks ranks, int share)
    {
        if (share <= 1)
        {
            return Unshared;
        }

        return Problem(share, ranks.Size) is { } problem
            ? throw new RankFailureException(problem)
            : new ExpertRanks(
                ranks.Divided(rank => rank / share, "the ranks that share experts"),
                ranks.Divided(rank => rank % share, "the ranks with the same experts"));
    }

    /// <summary>Why ranks cannot share experts so; null where they can.</summary>
    internal static string? Problem(int share, int ranks) => ranks % share == 0
        ? null
        : $"Ranks:Experts is {share}; it must divide the number of ranks, which is {ranks}.";
}
