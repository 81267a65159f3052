namespace LibMoE.Runtime;

/// <summary>What one MoE block did since the last report.</summary>
/// <param name="Picks">Picks of each of its E experts, summed over the steps; null where the gate has no counts.</param>
/// <param name="Losses">Its balancing terms by name, coefficients applied, as means over the steps; empty without terms.</param>
public sealed record BlockProgress(IReadOnlyList<long>? Picks, IReadOnlyDictionary<string, double> Losses);
