namespace LibMoE.Runtime;

/// <summary>
/// Expert change rate (LibMoE, arXiv:2411.00918, appendix E): the share of token-to-expert assignments that differ between two checkpoints
/// on the same text. 0 is the same routing.
/// </summary>
/// <remarks>LibMoE's vision toolkit compares slot by slot, its language notebook the sets of picks. An expert that moves from first to
/// second pick is a change to the former only. Both are here.</remarks>
public static class ExpertChangeRate
{
    /// <summary>Slot by slot: mean_t (1/K)·Σ_k 1[i_tk of one ≠ i_tk of the other]. Slots that are empty in both are not counted.</summary>
    /// <param name="earlier">Picks of the earlier checkpoint.</param>
    /// <param name="later">Picks of the later one, of the same tokens.</param>
    public static double BySlots(PickTable earlier, PickTable later)
    {
        PickTable.RefuseOtherTokens(earlier, later);
        var (changed, counted) = (0L, 0L);
        for (var token = 0; token < later.Tokens; token++)
        {
            for (var slot = 0; slot < Math.Max(earlier.Slots, later.Slots); slot++)
            {
                var (before, after) = (At(earlier, token, slot), At(later, token, slot));
                changed += before != after ? 1 : 0;
                counted += before >= 0 || after >= 0 ? 1 : 0;
            }
        }

        return counted == 0 ? 0 : (double)changed / counted;
    }

    /// <summary>By sets: 1 − Σ_t |I_t of one ∩ I_t of the other| / Σ_t |I_t of the later|.</summary>
    /// <param name="earlier">Picks of the earlier checkpoint.</param>
    /// <param name="later">Picks of the later one, of the same tokens.</param>
    public static double BySets(PickTable earlier, PickTable later)
    {
        PickTable.RefuseOtherTokens(earlier, later);
        var (kept, counted) = (0L, 0L);
        for (var token = 0; token < later.Tokens; token++)
        {
            kept += later.Common(earlier, token, int.MaxValue);
            counted += later.Filled(token, int.MaxValue);
        }

        return counted == 0 ? 0 : 1 - ((double)kept / counted);
    }

    private static int At(PickTable picks, int token, int slot) => slot < picks.Slots ? picks.Picks(token)[slot] : -1;
}
