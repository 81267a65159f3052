namespace LibMoE.Runtime;

/// <summary>A metric's value over a task's items.</summary>
public sealed record MetricResult
{
    /// <summary>See <see cref="MetricNames"/>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is a mean over: all items alike, or groups alike.</summary>
    public required MeanKind Mean { get; init; }

    /// <summary>The value.</summary>
    public required double Value { get; init; }

    /// <summary>Its standard error by formula; null for a single item.</summary>
    public required double? StdErr { get; init; }

    /// <summary>Its standard error by the bootstrap over items; for a mean over groups, over the items of each.</summary>
    public required double? BootstrapStdErr { get; init; }

    /// <summary>What guessing scores on these items; null where nothing is guessed.</summary>
    public required double? Chance { get; init; }

    /// <summary>Whether a larger value is better.</summary>
    public required bool HigherIsBetter { get; init; }
}

/// <summary>The value of a task's own metric over one group of its items.</summary>
/// <param name="Items">How many.</param>
/// <param name="Value">The value.</param>
/// <param name="StdErr">Its standard error by formula; null for a single item.</param>
public sealed record GroupResult(int Items, double Value, double? StdErr);
