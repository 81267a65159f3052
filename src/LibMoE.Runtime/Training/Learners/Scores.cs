namespace LibMoE.Runtime;

/// <summary>Some held-out examples, measured.</summary>
/// <param name="Items">For every metric, in the order of <see cref="Learner.Metrics"/>, each example's value; NaN where the metric
/// does not ask of it.</param>
/// <param name="Routings">What each MoE layer did, in the order of <see cref="Learner.MoeLayers"/>; empty for a dense model.</param>
public sealed record Scores(IReadOnlyList<IReadOnlyList<double>> Items, IReadOnlyList<Routing> Routings)
{
    /// <summary>For every MoE layer, the group of each of its T tokens, an index into <see cref="Learner.Groups"/>; −1 for padding; null
    /// where there is one group.</summary>
    public IReadOnlyList<IReadOnlyList<int>>? Groups { get; init; }

    /// <summary>For every MoE layer, the kind of example that each of its T tokens is of, an index into <see cref="Learner.Kinds"/>; −1
    /// where it is of none, or of several. Null where there are no kinds.</summary>
    public IReadOnlyList<IReadOnlyList<int>>? Kinds { get; init; }
}
