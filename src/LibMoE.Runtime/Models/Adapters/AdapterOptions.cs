namespace LibMoE.Runtime;

/// <summary>Which matrices of a language model get low-rank adapters (LoRA; Hu et al. 2021, arXiv:2106.09685), and which ones.</summary>
public sealed record AdapterOptions
{
    /// <summary>r: the rank of a change.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>α: a change is α/r times the adapters' product.</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>Whether attention's projections get them.</summary>
    public bool Attention { get; init; } = true;

    /// <summary>Whether FFNs get them: routed and shared experts, and dense FFNs. Routers never do.</summary>
    public bool Experts { get; init; } = true;

    /// <summary>How the experts of a stack get them.</summary>
    public ExpertAdapters Sharing { get; init; } = ExpertAdapters.PerExpert;

    /// <summary>Decides the initial values.</summary>
    public long Seed { get; init; }

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. Rank >= 1 ? Array.Empty<string>() : [$"Rank is {Rank}; it must be at least 1."],
        .. Alpha > 0 && double.IsFinite(Alpha)
            ? Array.Empty<string>() : [FormattableString.Invariant($"Alpha is {Alpha}; it must be above 0.")],
        .. Attention || Experts ? Array.Empty<string>() : ["Neither Attention nor Experts get adapters; at least one must."],
    ];
}

/// <summary>How the experts of a stack get adapters.</summary>
public enum ExpertAdapters
{
    /// <summary>Each expert has its own.</summary>
    PerExpert,

    /// <summary>All experts of a stack have one in common. Experts that are modules of their own have their own.</summary>
    Shared,
}
