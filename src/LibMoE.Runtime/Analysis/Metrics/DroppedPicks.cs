namespace LibMoE.Runtime;

/// <summary>
/// Picks that were dropped because their expert was full (Switch Transformer, arXiv:2101.03961, section 2.2, calls their tokens
/// dropped). They are counted by the rule that drops them, not by their weight of 0, which a pick can have for other reasons.
/// </summary>
public static class DroppedPicks
{
    /// <summary>Σ_e max(0, n_e − C): what is beyond each expert's C seats.</summary>
    /// <param name="picks_E">n: the picks per expert of one call.</param>
    /// <param name="capacity">C of that call.</param>
    public static long Of(IEnumerable<long> picks_E, long capacity) => picks_E.Sum(picks => Math.Max(0, picks - capacity));

    /// <summary>How many picks of a call a layer dropped; 0 where it has no capacity.</summary>
    /// <param name="declaration">The layer.</param>
    /// <param name="picks">Its own picks of a call in which every token was routed.</param>
    public static long Of(MoeDeclaration declaration, PickTable picks)
    {
        if (declaration.Capacity is not { } limit)
        {
            return 0;
        }

        var picks_E = new long[declaration.RoutableExperts];
        for (var token = 0; token < picks.Tokens; token++)
        {
            foreach (var expert in picks.Picks(token))
            {
                if (expert >= 0)
                {
                    picks_E[expert]++;
                }
            }
        }

        return Of(picks_E, CapacityLimit.Ceiling(limit.Factor, (long)picks.Tokens * picks.Slots, declaration.RoutableExperts));
    }
}
