namespace LibMoE.Runtime;

/// <summary>
/// Picks that came to nothing because their expert was full: a layer with a capacity keeps such a pick in its place with weight 0
/// (Switch Transformer, arXiv:2101.03961, section 2.2, calls them dropped tokens).
/// </summary>
public static class DroppedPicks
{
    /// <summary>How many filled slots have weight 0.</summary>
    public static long Of(PickTable picks)
    {
        var dropped = 0L;
        for (var token = 0; token < picks.Tokens; token++)
        {
            var experts_K = picks.Picks(token);
            var weights_K = picks.Weights(token);
            for (var slot = 0; slot < experts_K.Length; slot++)
            {
                dropped += experts_K[slot] >= 0 && weights_K[slot] == 0 ? 1 : 0;
            }
        }

        return dropped;
    }
}
