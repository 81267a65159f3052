namespace LibMoE.Runtime.Kernels.Dispatching;

/// <summary>Which rows of a plan a group of experts computes, and how its outputs are put together.</summary>
/// <param name="Plan">The plan of the call's picks.</param>
/// <param name="First">The slot of the group's first expert.</param>
/// <param name="Experts">F.</param>
/// <param name="PerPick">Whether every pick has an output of its own, [T·K, D], or the picks of a token are summed, [T, D].</param>
internal sealed record Dispatch(RoutingPlan Plan, int First, int Experts, bool PerPick)
{
    /// <summary>The order of the rows as the host knows it.</summary>
    public HostPlan Rows => Plan.Host;

    /// <summary>T.</summary>
    public int Tokens => Plan.Tokens;

    /// <summary>K.</summary>
    public int Picks => Plan.Picks;

    /// <summary>How many picks are summed into one output.</summary>
    public int PicksPerOutput => PerPick ? 1 : Picks;

    /// <summary>How many outputs there are.</summary>
    public int Outputs => PerPick ? Tokens * Picks : Tokens;
}
