namespace LibMoE.Runtime;

/// <summary>What the verb <c>plan</c> plans for; configuration section <c>Plan</c>.</summary>
public sealed record PlanSettings
{
    /// <summary>The cluster file.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>How many cards; null takes all of the cluster.</summary>
    public int? Cards { get; init; }

    /// <summary>Tokens that a card computes in a step; null divides those of Training:Batch sequences among the cards.</summary>
    public int? TokensPerCard { get; init; }

    /// <summary>Among how many ranks experts are divided; null tries all numbers.</summary>
    public int? ExpertRanks { get; init; }

    /// <summary>Whether the optimiser's state is split over ranks; null tries both.</summary>
    public bool? SplitOptimizer { get; init; }

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. Below(nameof(Cards), Cards), .. Below(nameof(TokensPerCard), TokensPerCard), .. Below(nameof(ExpertRanks), ExpertRanks),
    ];

    private static IEnumerable<string> Below(string name, int? value)
    {
        if (value < 1)
        {
            yield return FormattableString.Invariant($"Plan:{name} is {value}; it must be at least 1.");
        }
    }
}
