namespace LibMoE.Runtime;

/// <summary>
/// Router saturation (Muennighoff et al. 2024, arXiv:2409.02060; LibMoE, appendix E): how much of the final routing a checkpoint already
/// has, on the same text. 1 at the final checkpoint, k/E in expectation for routing at random.
/// </summary>
/// <remarks>LibMoE's vision toolkit matches slot by slot, and its language script compares mean expert shares per token id: other
/// quantities under the same name. All three are here.</remarks>
public static class RouterSaturation
{
    /// <summary>The papers' form: Σ_t |I_t ∩ I_t(final)| / Σ_t |I_t(final)| over the first <paramref name="top"/> picks of each.</summary>
    /// <param name="picks">Picks of the checkpoint.</param>
    /// <param name="final">Picks of the final checkpoint, of the same tokens.</param>
    /// <param name="top">How many picks count: 1 for top-1; K, or anything above, for all.</param>
    public static double Of(PickTable picks, PickTable final, int top = int.MaxValue)
    {
        PickTable.RefuseOtherTokens(picks, final);
        var (kept, counted) = (0L, 0L);
        for (var token = 0; token < final.Tokens; token++)
        {
            kept += final.Common(picks, token, top);
            counted += final.Filled(token, top);
        }

        return counted == 0 ? 1 : (double)kept / counted;
    }

    /// <summary>The vision toolkit's form: the share of slots that hold the same expert as in the final checkpoint,
    /// at the same rank.</summary>
    /// <inheritdoc cref="Of" path="/param" />
    public static double BySlots(PickTable picks, PickTable final, int top = int.MaxValue)
    {
        PickTable.RefuseOtherTokens(picks, final);
        var (kept, counted) = (0L, 0L);
        for (var token = 0; token < final.Tokens; token++)
        {
            for (var slot = 0; slot < Math.Min(top, final.Slots); slot++)
            {
                var last = final.Picks(token)[slot];
                counted += last >= 0 ? 1 : 0;
                kept += last >= 0 && slot < picks.Slots && picks.Picks(token)[slot] == last ? 1 : 0;
            }
        }

        return counted == 0 ? 1 : (double)kept / counted;
    }

    /// <summary>
    /// The language script's form: for each token id the <paramref name="top"/> experts with most of its picks, ties to the lower index;
    /// the mean over the ids of the overlap with the final checkpoint's, divided by how many that has.
    /// </summary>
    /// <param name="picks">Picks of the checkpoint.</param>
    /// <param name="final">Picks of the final checkpoint, of the same tokens.</param>
    /// <param name="tokenIds_T">The tokens' ids.</param>
    /// <param name="top">How many experts of an id count; LibMoE takes 6.</param>
    public static double ByTokenId(PickTable picks, PickTable final, IReadOnlyList<int> tokenIds_T, int top)
    {
        PickTable.RefuseOtherTokens(picks, final);
        var (now, last) = (TopExperts(picks, tokenIds_T, top), TopExperts(final, tokenIds_T, top));
        var overlaps = last.Where(entry => entry.Value.Length > 0)
            .Select(entry => (double)entry.Value.Intersect(now[entry.Key]).Count() / entry.Value.Length)
            .ToList();
        return overlaps.Count == 0 ? 1 : overlaps.Average();
    }

    private static Dictionary<int, int[]> TopExperts(PickTable picks, IReadOnlyList<int> tokenIds_T, int top)
    {
        var counts = new Dictionary<int, long[]>();
        for (var token = 0; token < picks.Tokens; token++)
        {
            if (!counts.TryGetValue(tokenIds_T[token], out var counts_E))
            {
                counts[tokenIds_T[token]] = counts_E = new long[picks.Experts];
            }

            foreach (var expert in picks.Picks(token))
            {
                if (expert >= 0)
                {
                    counts_E[expert]++;
                }
            }
        }

        return counts.ToDictionary(entry => entry.Key, entry => entry.Value.Index()
            .Where(expert => expert.Item > 0)
            .OrderByDescending(expert => expert.Item)
            .ThenBy(expert => expert.Index)
            .Take(top)
            .Select(expert => expert.Index)
            .ToArray());
    }
}
