namespace LibMoE.Runtime;

/// <summary>What one MoE block did since the last report.</summary>
/// <param name="Picks">Picks of each of its E experts, summed over the steps; null where the gate has no counts.</param>
/// <param name="Losses">Its balancing terms by name, coefficients applied, as means over the steps; empty without terms.</param>
public sealed record BlockProgress(IReadOnlyList<long>? Picks, IReadOnlyDictionary<string, double> Losses)
{
    /// <summary>Picks of the most used expert over the mean: 1 is even, E is all on one; null without picks.</summary>
    public double? MaxOverMean => Picks is { } picks && picks.Any(count => count > 0) ? picks.Max() / picks.Average() : null;

    /// <summary>Experts without a pick; null without picks.</summary>
    public int? Dead => Picks is { } picks && picks.Any(count => count > 0) ? picks.Count(count => count == 0) : null;
}
