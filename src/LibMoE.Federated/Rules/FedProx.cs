namespace LibMoE.Federated.Rules;

/// <summary>FedAvg of members that minimise their loss + μ/2·‖w − w₀‖², where w₀ is what the round began with (Li et al. 2020,
/// arXiv:1812.06127). The term is the member's; it is told μ as Flower's servers tell it.</summary>
/// <param name="proximal">μ.</param>
internal sealed class FedProx(double proximal) : FedAvg
{
    /// <summary>What μ is called on the wire.</summary>
    public const string Key = "proximal_mu";

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, double> Config { get; } = new Dictionary<string, double> { [Key] = proximal };
}
