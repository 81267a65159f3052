namespace LibMoE.Runtime;

/// <summary>A disturbance of the routing that was not tried, because the gate's own rule leaves no room for it.</summary>
/// <param name="Name">The family, as in <see cref="PerturbationResult.Name"/>.</param>
/// <param name="Value">What varies in the family; null where nothing does.</param>
/// <param name="Reason">Why, as a clause that names the variant.</param>
public sealed record OmittedPerturbation(string Name, double? Value, string Reason);
