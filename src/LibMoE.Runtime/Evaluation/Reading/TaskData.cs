namespace LibMoE.Runtime;

/// <summary>A task's items and what became of everything that was read.</summary>
public sealed record TaskData
{
    /// <summary>The task.</summary>
    public required EvaluationTask Task { get; init; }

    /// <summary>The items that can be used, in the order of the data.</summary>
    public required IReadOnlyList<EvaluationItem> Items { get; init; }

    /// <summary>How many items the data has, before any limit and with those refused.</summary>
    public required int Found { get; init; }

    /// <summary>How many of them each group has, those that cannot be read aside.</summary>
    public IReadOnlyDictionary<string, int> FoundByGroup { get; init; } = new Dictionary<string, int>();

    /// <summary>The items that cannot be used, where <see cref="ReadingOptions.RefuseMalformed"/> lets the others go on.</summary>
    public IReadOnlyList<RefusedItem> Refused { get; init; } = [];

    /// <summary>Of those, the ones whose question is known: only their images are not. They are part of what counts together.</summary>
    internal IReadOnlyList<EvaluationItem> Unanswered { get; init; } = [];

    /// <summary>The files that were read, by their names in the task, with their SHA-256.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>Archive entries that the task does not name.</summary>
    public IReadOnlyList<string> IgnoredEntries { get; init; } = [];
}
