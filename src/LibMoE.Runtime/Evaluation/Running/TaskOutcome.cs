namespace LibMoE.Runtime;

/// <summary>How a model answered a task, item by item, and what became of every item that was read.</summary>
public sealed record TaskOutcome
{
    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    /// <summary>How many items the data has, before any limit and with those refused.</summary>
    public required int Found { get; init; }

    /// <summary>How many of them each group has, those that could not be read aside.</summary>
    public IReadOnlyDictionary<string, int> FoundByGroup { get; init; } = new Dictionary<string, int>();

    /// <summary>The answers, in the order of the data.</summary>
    public required IReadOnlyList<ItemOutcome> Items { get; init; }

    /// <summary>Of a rule's task, the questions that are known and were refused: where several count together, these are wrong
    /// (<see cref="ItemOutcome.Refused"/>).</summary>
    public IReadOnlyList<ItemOutcome> Unanswered { get; init; } = [];

    /// <summary>Items that were not used, with the reason.</summary>
    public required IReadOnlyList<RefusedItem> Refused { get; init; }

    /// <summary>The files that were read, with their SHA-256.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>How many archive entries the task does not name.</summary>
    public required int IgnoredEntries { get; init; }
}
