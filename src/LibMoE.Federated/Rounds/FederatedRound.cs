namespace LibMoE.Runtime;

/// <summary>A round of a federation.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Members">Whose parameters are in it, and how many examples each weighed.</param>
/// <param name="Refused">Who was left out, and why.</param>
/// <param name="Measured">What members measured of the parameters that it ended with.</param>
public sealed record FederatedRound(
    int Number,
    IReadOnlyList<MemberShare> Members,
    IReadOnlyList<MemberRefusal> Refused,
    IReadOnlyList<MemberMeasurement> Measured)
{
    /// <summary>The members' mean loss, each weighing its examples; null where none measured.</summary>
    public double? Loss => Measured.Count == 0
        ? null
        : Measured.Sum(member => member.Examples * member.Loss) / Measured.Sum(member => (double)member.Examples);

    /// <summary>The members' mean of a metric, each weighing its examples; null where none has it.</summary>
    /// <param name="metric">Its name.</param>
    public double? Mean(string metric)
    {
        var having = Measured.Where(member => member.Metrics.ContainsKey(metric)).ToList();
        return having.Count == 0
            ? null
            : having.Sum(member => member.Examples * member.Metrics[metric]) / having.Sum(member => (double)member.Examples);
    }
}

/// <summary>A member's part in a round.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Examples">How many examples its parameters weighed.</param>
public sealed record MemberShare(string Name, long Examples);

/// <summary>A member that a round goes on without.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Reason">Why, to follow its name.</param>
public sealed record MemberRefusal(string Name, string Reason);

/// <summary>What a member measured on data of its own.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Examples">On how many examples.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Metrics">Other figures by name.</param>
public sealed record MemberMeasurement(string Name, long Examples, double Loss, IReadOnlyDictionary<string, double> Metrics);
