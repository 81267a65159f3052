using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Backbone;

/// <summary>
/// Attention of one query, as decoding has it: y = Σ_p w_p·v_p, w = softmax(α·q·k_p) over the tokens that it sees; with a sink s the
/// weights are exp(a_p)/(exp(s) + Σ exp(a)).
/// </summary>
/// <remarks>Keys and values stand in blocks of 16 tokens, [B, C, 16]: vectors go over tokens, whose number does not depend on the model,
/// and memory is read from one end to the other.</remarks>
internal abstract unsafe class OneQuery
{
    /// <summary>The tokens of a block.</summary>
    public const int Block = 16;

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
    /// <param name="scratch">As many numbers as <see cref="Scratch"/> says.</param>
    /// <param name="y_C">The result.</param>
    public abstract void Run(SeenTokens seen, float* q_C, float scale, float? sink, float* scratch, float* y_C);

    /// <summary>The numbers of scratch memory for so many tokens, whole blocks of them.</summary>
    public static int Scratch(int tokens, int channels) => tokens + channels * Block;
}

/// <summary>What a query sees of one head.</summary>
/// <param name="k_BCT">Keys in blocks of T = 16 tokens; tokens that are not seen have any finite numbers.</param>
/// <param name="v_BCT">Values, likewise.</param>
/// <param name="channels">C.</param>
/// <param name="first">The first token that is seen.</param>
/// <param name="end">How many tokens there are up to the last that is seen.</param>
internal readonly unsafe struct SeenTokens(float* k_BCT, float* v_BCT, int channels, int first, int end)
{
    public float* Keys_BCT => k_BCT;

    public float* Values_BCT => v_BCT;

    public int Channels => channels;

    public int First => first;

    public int End => end;

    /// <summary>The block of the first token that is seen.</summary>
    public int FirstBlock => first / OneQuery.Block;

    /// <summary>The blocks up to the last token's.</summary>
    public int EndBlock => (end + OneQuery.Block - 1) / OneQuery.Block;
}

/// <inheritdoc/>
internal sealed unsafe class OneQuery<TLanes> : OneQuery
    where TLanes : struct, ILanes<TLanes>
{
    public override void Run(SeenTokens seen, float* q_C, float scale, float? sink, float* scratch, float* y_C)
    {
        var weights_P = scratch;
        var sums_CT = scratch + seen.EndBlock * Block;
        Scores(seen, q_C, scale, weights_P);
        var largest = Math.Max(Largest(weights_P, seen), sink ?? float.NegativeInfinity);
        var total = Weights(seen, largest, weights_P) + (sink is { } score ? MathF.Exp(score - largest) : 0f);
        Mix(seen, weights_P, sums_CT);
        var inverse = 1 / total;
        for (var c = 0; c < seen.Channels; c++)
        {
            y_C[c] = Sum(sums_CT + c * Block) * inverse;
        }
    }

    /// <summary>a_p = α·q·k_p of whole blocks.</summary>
    private static void Scores(SeenTokens seen, float* q_C, float scale, float* scores_P)
    {
        var wide = TLanes.Broadcast(scale);
        for (var b = seen.FirstBlock; b < seen.EndBlock; b++)
        {
            for (var t = 0; t < Block; t += TLanes.Count)
            {
                var k_C = seen.Keys_BCT + (long)b * seen.Channels * Block + t;
                var (even, odd) = (TLanes.Broadcast(0f), TLanes.Broadcast(0f));
                var c = 0;
                for (; c < seen.Channels - 1; c += 2, k_C += 2 * Block)
                {
                    even = TLanes.MultiplyAdd(TLanes.Broadcast(q_C[c]), TLanes.Load(k_C), even);
                    odd = TLanes.MultiplyAdd(TLanes.Broadcast(q_C[c + 1]), TLanes.Load(k_C + Block), odd);
                }

                if (c < seen.Channels)
                {
                    even = TLanes.MultiplyAdd(TLanes.Broadcast(q_C[c]), TLanes.Load(k_C), even);
                }

                TLanes.Store((even + odd) * wide, scores_P + b * Block + t);
            }
        }
    }

    private static float Largest(float* scores_P, SeenTokens seen)
    {
        var largest = float.NegativeInfinity;
        foreach (var score in new ReadOnlySpan<float>(scores_P + seen.First, seen.End - seen.First))
        {
            largest = MathF.Max(largest, score);
        }

        return largest;
    }

    /// <summary>w_p = exp(a_p − largest), 0 for what is not seen of the blocks; gives back their sum.</summary>
    private static float Weights(SeenTokens seen, float largest, float* scores_P)
    {
        var (from, to) = (seen.FirstBlock * Block, seen.EndBlock * Block);
        for (var p = from; p < to; p += TLanes.Count)
        {
            TLanes.Store(LaneMath.Exp(TLanes.Load(scores_P + p) - TLanes.Broadcast(largest)), scores_P + p);
        }

        new Span<float>(scores_P + from, seen.First - from).Clear();
        new Span<float>(scores_P + seen.End, to - seen.End).Clear();
        var sum = TLanes.Broadcast(0f);
        for (var p = from; p < to; p += TLanes.Count)
        {
            sum += TLanes.Load(scores_P + p);
        }

        return TLanes.Sum(sum);
    }

    /// <summary>sums_ct = Σ_b w_bt·v_bct.</summary>
    private static void Mix(SeenTokens seen, float* weights_P, float* sums_CT)
    {
        new Span<float>(sums_CT, seen.Channels * Block).Clear();
        for (var b = seen.FirstBlock; b < seen.EndBlock; b++)
        {
            for (var t = 0; t < Block; t += TLanes.Count)
            {
                var v_C = seen.Values_BCT + (long)b * seen.Channels * Block + t;
                var weight = TLanes.Load(weights_P + b * Block + t);
                var sum = sums_CT + t;
                for (var c = 0; c < seen.Channels; c++, v_C += Block, sum += Block)
                {
                    TLanes.Store(TLanes.MultiplyAdd(weight, TLanes.Load(v_C), TLanes.Load(sum)), sum);
                }
            }
        }
    }

    private static float Sum(float* sums_T)
    {
        var sum = TLanes.Load(sums_T);
        for (var t = TLanes.Count; t < Block; t += TLanes.Count)
        {
            sum += TLanes.Load(sums_T + t);
        }

        return TLanes.Sum(sum);
    }
}
