using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Backbone;

/// <summary>
/// Attention of one query, as decoding has it: y = Σ_p w_p·v_p, w = softmax(α·q·k_p) over the tokens that it sees; with a sink s the
/// weights are exp(a_p)/(exp(s) + Σ exp(a)).
/// </summary>
/// <remarks>Keys and values stand channel by channel, [C, P]: vectors go over tokens, whose number does not depend on the model.</remarks>
internal abstract unsafe class OneQuery
{
    /// <summary>What a channel's tokens are padded to; a row of scores, too.</summary>
    public const int Padding = 16;

    /// <summary>The kernel of a vector width in numbers: 16, 8 or 1.</summary>
    public static OneQuery Create(int lanes) => lanes switch
    {
        16 => new OneQuery<Lanes512>(),
        8 => new OneQuery<Lanes256>(),
        1 => new OneQuery<SingleLane>(),
        _ => throw new ArgumentOutOfRangeException(nameof(lanes), lanes, "There are kernels for 16, 8 and 1 lanes."),
    };

    /// <summary>Mixes values.</summary>
    /// <param name="seen">The keys and values of one head.</param>
    /// <param name="q_C">The query.</param>
    /// <param name="scale">α.</param>
    /// <param name="sink">s; null without.</param>
    /// <param name="scores_P">Scratch: as many numbers as tokens are seen, padded.</param>
    /// <param name="y_C">The result.</param>
    public abstract void Run(SeenTokens seen, float* q_C, float scale, float? sink, float* scores_P, float* y_C);
}

/// <summary>What a query sees of one head.</summary>
/// <param name="k_CP">Keys, channel by channel.</param>
/// <param name="v_CP">Values, likewise; numbers behind the last token are finite.</param>
/// <param name="stride">How far apart two channels are.</param>
/// <param name="channels">C.</param>
/// <param name="tokens">How many tokens are seen, at least 1.</param>
internal readonly unsafe struct SeenTokens(float* k_CP, float* v_CP, int stride, int channels, int tokens)
{
    public float* Keys_CP => k_CP;

    public float* Values_CP => v_CP;

    public int Stride => stride;

    public int Channels => channels;

    public int Tokens => tokens;
}

/// <inheritdoc/>
internal sealed unsafe class OneQuery<TLanes> : OneQuery
    where TLanes : struct, ILanes<TLanes>
{
    public override void Run(SeenTokens seen, float* q_C, float scale, float? sink, float* scores_P, float* y_C)
    {
        var largest = Math.Max(Scores(seen, q_C, scale, scores_P), sink ?? float.NegativeInfinity);
        var total = Weights(seen.Tokens, largest, scores_P) + (sink is { } score ? MathF.Exp(score - largest) : 0f);
        var wide = 1 / total;
        for (var c = 0; c < seen.Channels; c++)
        {
            var v_P = seen.Values_CP + (long)c * seen.Stride;
            var sum = TLanes.Broadcast(0f);
            for (var p = 0; p < seen.Tokens; p += TLanes.Count)
            {
                sum = TLanes.MultiplyAdd(TLanes.Load(scores_P + p), TLanes.Load(v_P + p), sum);
            }

            y_C[c] = TLanes.Sum(sum) * wide;
        }
    }

    /// <summary>a_p = α·q·k_p; gives back the largest.</summary>
    private static float Scores(SeenTokens seen, float* q_C, float scale, float* scores_P)
    {
        for (var p = 0; p < seen.Tokens; p += TLanes.Count)
        {
            var sum = TLanes.Broadcast(0f);
            for (var c = 0; c < seen.Channels; c++)
            {
                sum = TLanes.MultiplyAdd(TLanes.Broadcast(q_C[c]), TLanes.Load(seen.Keys_CP + (long)c * seen.Stride + p), sum);
            }

            TLanes.Store(sum * TLanes.Broadcast(scale), scores_P + p);
        }

        var largest = float.NegativeInfinity;
        foreach (var score in new ReadOnlySpan<float>(scores_P, seen.Tokens))
        {
            largest = MathF.Max(largest, score);
        }

        return largest;
    }

    /// <summary>w_p = exp(a_p − largest), 0 in the padding; gives back their sum.</summary>
    private static float Weights(int tokens, float largest, float* scores_P)
    {
        for (var p = 0; p < tokens; p += TLanes.Count)
        {
            TLanes.Store(LaneMath.Exp(TLanes.Load(scores_P + p) - TLanes.Broadcast(largest)), scores_P + p);
        }

        var padded = (tokens + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        new Span<float>(scores_P + tokens, padded - tokens).Clear();
        var sum = TLanes.Broadcast(0f);
        for (var p = 0; p < tokens; p += TLanes.Count)
        {
            sum += TLanes.Load(scores_P + p);
        }

        return TLanes.Sum(sum);
    }
}
