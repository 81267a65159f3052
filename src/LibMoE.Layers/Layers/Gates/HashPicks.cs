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
        var device = tokens.x_TD.device;
        var count = tokens.x_TD.shape[0];
        if (ids is not null && ids.numel() != count)
        {
            throw new ArgumentException(
                $"MoeContext.TokenIds needs one id for each of the {count} tokens; it has {ids.numel()}.", nameof(ids));
        }

        var keys_T1 = (ids?.to(ScalarType.Int64).reshape(-1)
            ?? TensorMath.Range(count, ScalarType.Int64, device).Modulo(Math.Max(tokens.Length, 1))).unsqueeze(-1);
        return Picking.Mask(Ranked(keys_T1, k, slots, seed), tokens.mask_T);
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
