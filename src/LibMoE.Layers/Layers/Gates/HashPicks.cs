using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Picks by a fixed hash (Roller et al. 2021): each token id ranks the experts pseudo-randomly, and the
/// first K are picked.</summary>
public static class HashPicks
{
    // Two rounds of the multiply-xorshift mixing of SplitMix64 (Steele et al. 2014), as signed numbers.
    private const long First = unchecked((long)0xBF58476D1CE4E5B9);
    private const long Second = unchecked((long)0x94D049BB133111EB);
    private const long Golden = unchecked((long)0x9E3779B97F4A7C15);

    /// <summary>How many rows of a table are hashed at once: the hash ranks all experts.</summary>
    private const long RowsAtOnce = 4096;

    /// <summary>The experts of each token, all different; −1 for masked tokens.</summary>
    /// <param name="ids">Token ids with x's leading dims, [..]; null hashes the position in the sequence.</param>
    /// <param name="tokens">The call's tokens.</param>
    /// <param name="k">K.</param>
    /// <param name="slots">E.</param>
    /// <param name="seed">Chooses the hash.</param>
    /// <returns>Picks, int64 [T, K].</returns>
    /// <exception cref="ArgumentException">There are not as many ids as tokens.</exception>
    public static Tensor Of(Tensor? ids, TokenView tokens, int k, int slots, long seed)
    {
        using var quiet = no_grad();
        return Picking.Mask(Ranked(Keys(ids, tokens).unsqueeze(-1), k, slots, seed), tokens.mask_T);
    }

    /// <summary>Fills a table with the experts that the hash gives each token id.</summary>
    /// <param name="table_VK">The table, a row for each token id, [V, K].</param>
    /// <param name="slots">E.</param>
    /// <param name="seed">Chooses the hash.</param>
    public static void Fill(Tensor table_VK, int slots, long seed)
    {
        using var quiet = no_grad();
        for (long start = 0; start < table_VK.shape[0]; start += RowsAtOnce)
        {
            using var scope = NewDisposeScope();
            var end = Math.Min(start + RowsAtOnce, table_VK.shape[0]);
            var keys_R1 = TensorMath.Range(start, end, ScalarType.Int64, table_VK.device).unsqueeze(-1);
            table_VK.narrow(0, start, end - start).copy_(Ranked(keys_R1, (int)table_VK.shape[1], slots, seed));
        }
    }

    /// <summary>The experts that a table has for each token; −1 for masked tokens.</summary>
    /// <param name="table_VK">The table, a row for each token id, [V, K].</param>
    /// <param name="ids">Token ids with x's leading dims, [..]; null takes the position in the sequence, modulo V.</param>
    /// <param name="tokens">The call's tokens.</param>
    /// <returns>Picks, int64 [T, K].</returns>
    /// <exception cref="ArgumentException">There are not as many ids as tokens, or the table has no row for one (found on the CPU only:
    /// elsewhere, looking would mean waiting for the device).</exception>
    public static Tensor Read(Tensor table_VK, Tensor? ids, TokenView tokens)
    {
        using var quiet = no_grad();
        var (rows, keys_T) = (table_VK.shape[0], Keys(ids, tokens));

        // A masked token may have any id, such as that of padding.
        keys_T = tokens.mask_T is { } mask_T ? keys_T.masked_fill(mask_T.logical_not(), Scalars.Zero) : keys_T;
        if (ids is null)
        {
            keys_T = keys_T.Modulo(rows);
        }
        else if (keys_T.device_type == DeviceType.CPU && keys_T.lt(Scalars.Zero).logical_or(keys_T.IsAtLeast(rows)).any().item<bool>())
        {
            throw new ArgumentException(
                $"The gate's table has rows for the token ids 0 to {rows - 1}; MoeContext.TokenIds has others.", nameof(ids));
        }

        return Picking.Mask(table_VK.index_select(0, keys_T).to(ScalarType.Int64), tokens.mask_T);
    }

    /// <summary>What each token is looked up by: its id, or its position in the sequence.</summary>
    private static Tensor Keys(Tensor? ids, TokenView tokens)
    {
        var count = tokens.x_TD.shape[0];
        return ids is not null && ids.numel() != count
            ? throw new ArgumentException(
                $"MoeContext.TokenIds needs one id for each of the {count} tokens; it has {ids.numel()}.", nameof(ids))
            : ids?.to(ScalarType.Int64).reshape(-1)
            ?? TensorMath.Range(count, ScalarType.Int64, tokens.x_TD.device).Modulo(Math.Max(tokens.Length, 1));
    }

    /// <summary>The first k of the experts as each key ranks them, all different.</summary>
    internal static Tensor Ranked(Tensor keys_T1, int k, int slots, long seed)
    {
        var salt_E = TensorMath.Range(slots, ScalarType.Int64, keys_T1.device).Plus(1).Times(Golden).Plus(unchecked(seed * Second));
        return TopPicks.Largest(Mix(Mix(keys_T1.Times(First)).Plus(salt_E)), k);
    }

    private static Tensor Mix(Tensor value)
    {
        var once = value.bitwise_xor(value.bitwise_right_shift(tensor(30L))).Times(First);
        var twice = once.bitwise_xor(once.bitwise_right_shift(tensor(27L))).Times(Second);
        return twice.bitwise_xor(twice.bitwise_right_shift(tensor(31L)));
    }
}
