namespace LibMoE.Runtime;

/// <summary>
/// Multi-head latent attention (MLA; DeepSeek-V2, arXiv:2405.04434, section 2.1): keys and values of all heads are made from one latent of
/// a token, so that its cache holds the latent and one rotary key in place of the keys and values of every head.
/// </summary>
/// <remarks>
/// <para>A heads, U = <see cref="KeyValueRank"/>, N = <see cref="PlainChannels"/>, R = <see cref="RotaryChannels"/>,
/// W = <see cref="ValueChannels"/>; Rot turns by a token's position.</para>
/// <para>(c, k′) = x·W_downᵀ with c [U] and k′ [R]; (k_a, v_a) = norm(c)·W_upᵀ for each head a, k_a [N] and v_a [W];
/// key_a = (k_a, Rot(k′)), where k′ is one for all heads. (q_a, q′_a) = x·W_qᵀ, or norm(x·W_qdownᵀ)·W_qupᵀ with a
/// <see cref="QueryRank"/>; query_a = (q_a, Rot(q′_a)). softmax(query·keyᵀ/√(N + R))·v (or times
/// <see cref="ModelConfig.AttentionScale"/>), then the output projection of all A·W.</para>
/// <para>What is cached of a token in a block is norm(c) and Rot(k′), U + R numbers.</para>
/// </remarks>
public sealed record LatentAttention
{
    /// <summary>The width of the latent that queries are made from (<c>q_lora_rank</c>); null makes them from the token itself.</summary>
    public int? QueryRank { get; init; }

    /// <summary>U, the width of the latent that keys and values are made from (<c>kv_lora_rank</c>); at least 1.</summary>
    public int KeyValueRank { get; init; } = 512;

    /// <summary>N, a head's key channels without a position (<c>qk_nope_head_dim</c>); at least 1.</summary>
    public int PlainChannels { get; init; } = 128;

    /// <summary>R, the key channels with a position, one key for all heads (<c>qk_rope_head_dim</c>); even, at least 2.</summary>
    public int RotaryChannels { get; init; } = 64;

    /// <summary>W, a head's value channels (<c>v_head_dim</c>); at least 1.</summary>
    public int ValueChannels { get; init; } = 128;

    /// <summary>ε of the norms of both latents, above 0; null takes <see cref="ModelConfig.NormEpsilon"/>. DeepSeek's and Moonshot's code
    /// has 1e-6 there, whatever the other norms have.</summary>
    public double? NormEpsilon { get; init; }

    /// <summary>C = N + R: channels of a query or key head.</summary>
    internal int KeyChannels => PlainChannels + RotaryChannels;

    /// <summary>Everything that is wrong, one sentence each.</summary>
    internal IEnumerable<string> Problems()
    {
        (string Key, int Value)[] sizes =
        [
            (nameof(QueryRank), QueryRank ?? 1), (nameof(KeyValueRank), KeyValueRank), (nameof(PlainChannels), PlainChannels),
            (nameof(ValueChannels), ValueChannels),
        ];
        foreach (var (key, value) in sizes.Where(size => size.Value < 1))
        {
            yield return $"Model:LatentAttention:{key} is {value}; it must be at least 1.";
        }

        if (RotaryChannels < 2 || RotaryChannels % 2 != 0)
        {
            yield return $"Model:LatentAttention:RotaryChannels is {RotaryChannels}; it must be even and at least 2.";
        }

        if (NormEpsilon is <= 0)
        {
            yield return FormattableString.Invariant($"Model:LatentAttention:NormEpsilon is {NormEpsilon}; it must be above 0.");
        }
    }

    /// <summary>What of an ordinary attention a model with this one cannot have.</summary>
    internal static IEnumerable<string> Conflicts(ModelConfig model)
    {
        (string Key, bool IsSet)[] others =
        [
            (nameof(model.KeyValueHeads), model.KeyValueHeads is { } heads && heads != model.Heads),
            (nameof(model.HeadDim), model.HeadDim is not null), (nameof(model.AttentionBias), model.AttentionBias),
            (nameof(model.AttentionOutputBias), model.AttentionOutputBias), (nameof(model.AttentionSinks), model.AttentionSinks),
            (nameof(model.QueryKeyNorm), model.QueryKeyNorm), (nameof(model.RotaryFraction), model.RotaryFraction != 1),
            (nameof(model.Window), model.Window is not null),
        ];
        return others.Where(other => other.IsSet)
            .Select(other => $"Model:{other.Key} has no meaning with Model:LatentAttention; unset one of them.");
    }
}
