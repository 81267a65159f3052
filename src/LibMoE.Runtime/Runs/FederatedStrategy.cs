namespace LibMoE.Runtime;

/// <summary>What the server of a federation makes of its members' parameters.</summary>
public enum FederatedStrategy
{
    /// <summary>Their mean, each weighing as many examples as it has (McMahan et al. 2017).</summary>
    FedAvg,

    /// <summary>The same mean, of members that are held near to where the round began by μ/2·‖w − w₀‖² (Li et al. 2020).</summary>
    FedProx,

    /// <summary>A step of Adam along the mean change (Reddi et al. 2021).</summary>
    FedAdam,
}
