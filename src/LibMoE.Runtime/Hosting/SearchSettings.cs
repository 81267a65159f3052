using LibMoE.Runtime.Common;

namespace LibMoE.Runtime;

/// <summary>How the verb <c>search</c> looks for a declaration; configuration section <c>Search</c>.</summary>
public sealed record SearchSettings
{
    /// <summary>How many trainings of all steps the search may spend, seeds not counted.</summary>
    public int Budget { get; init; } = 40;

    /// <summary>Which declaration is tried next: <c>random</c>, <c>evolution</c>, <c>coordinate</c> or <c>nsga2</c>.</summary>
    public string Strategy { get; init; } = "evolution";

    /// <summary>η of <see cref="SuccessiveHalving"/>; 0 trains every trial with all steps.</summary>
    public int Halving { get; init; }

    /// <summary>The seed of what the search draws; Training:Seed is that of weights and data order.</summary>
    public int Seed { get; init; }

    /// <summary>Only write down the trials that can be made before results of others are needed, in <c>cells.jsonl</c>, for
    /// <c>run-cell</c>.</summary>
    public bool PlanOnly { get; init; }

    /// <summary>The strategy.</summary>
    internal SearchStrategy Chosen => SearchStrategy.Find(Strategy)!;

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. Budget is >= 1 and <= 100_000 ? Array.Empty<string>()
            : [FormattableString.Invariant($"Search:Budget is {Budget}; it must be from 1 to 100000 trainings.")],
        .. SearchStrategy.Find(Strategy) is not null ? Array.Empty<string>()
            : [$"Search:Strategy is '{Strategy}'; {NearestName.Advice(Strategy, [.. SearchStrategy.All.Select(known => known.Name)])}."],
        .. Halving is 0 or >= 2 and <= 100 ? Array.Empty<string>()
            : [FormattableString.Invariant($"Search:Halving is {Halving}; it must be from 2 to 100, or 0 for none.")],
    ];
}
