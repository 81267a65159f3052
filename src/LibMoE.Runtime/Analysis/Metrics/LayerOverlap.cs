namespace LibMoE.Runtime;

/// <summary>
/// Overlap of consecutive layers: Σ_t |I_t(l) ∩ I_t(l+1)| / Σ_t |I_t(l)|, the share of a token's picks that the next MoE layer picks again
/// by index. It means something where layers share their experts; else it is about K/E.
/// </summary>
public static class LayerOverlap
{
    /// <summary>From 0 to 1; 0 without a pick.</summary>
    /// <param name="layer">Picks in one MoE layer.</param>
    /// <param name="next">Picks in the next one, of the same tokens.</param>
    public static double Of(PickTable layer, PickTable next)
    {
        var (common, picks) = Count(layer, next);
        return picks == 0 ? 0 : (double)common / picks;
    }

    /// <summary>Numerator and denominator, to be added up over calls.</summary>
    internal static (long Common, long Picks) Count(PickTable layer, PickTable next)
    {
        PickTable.RefuseOtherTokens(layer, next);
        var (common, picks) = (0L, 0L);
        for (var token = 0; token < layer.Tokens; token++)
        {
            common += layer.Common(next, token, int.MaxValue);
            picks += layer.Filled(token, int.MaxValue);
        }

        return (common, picks);
    }
}
