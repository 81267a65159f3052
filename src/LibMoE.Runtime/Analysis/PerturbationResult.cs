namespace LibMoE.Runtime;

/// <summary>What one disturbance of the routing does.</summary>
public sealed record PerturbationResult
{
    /// <summary>The family, such as <c>DropTop1</c>, <c>Temperature</c>, <c>TopK</c>, <c>Ablate</c>, <c>Random</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What varies in the family, such as the temperature or K; null where nothing does.</summary>
    public double? Value { get; init; }

    /// <summary>The only block that was disturbed, by its number in the model; null where all were.</summary>
    public int? Block { get; init; }

    /// <summary>The only expert that was disturbed; null where it is about all.</summary>
    public int? Expert { get; init; }

    /// <summary>Loss with the disturbance, in nats per token.</summary>
    public required double Loss { get; init; }

    /// <summary>Loss with minus loss without it, on the same sequences: above 0 is worse.</summary>
    public required double Difference { get; init; }

    /// <summary>Standard error of <see cref="Difference"/>, paired over the sequences.</summary>
    public required double StandardError { get; init; }

    /// <summary>By task the score with minus the score without, and its paired standard error; empty where nothing was evaluated.</summary>
    public IReadOnlyDictionary<string, PairedDifference> Tasks { get; init; } = new Dictionary<string, PairedDifference>();
}
