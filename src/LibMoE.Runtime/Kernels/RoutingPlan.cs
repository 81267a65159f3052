using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// The order in which the rows of a call are computed: every (token, slot) pair with an expert is one row, rows are sorted by expert and,
/// within an expert, by token and then by slot. Several expert groups, the counts and the diagnostics of a layer share one plan.
/// </summary>
public sealed class RoutingPlan
{
    private RoutingPlan(long tokens, long picks, long[] counts_E, long[] pick_N, Tensor tokensPerExpert)
    {
        Tokens = tokens;
        Picks = picks;
        Counts_E = counts_E;
        Pick_N = pick_N;
        TokensPerExpert = tokensPerExpert;
    }

    /// <summary>How many rows each routable slot has: int64 [E], in the caller's DisposeScope.</summary>
    public Tensor TokensPerExpert { get; }

    /// <summary>T, the tokens of the call.</summary>
    internal long Tokens { get; }

    /// <summary>K, the picks of a token.</summary>
    internal long Picks { get; }

    internal long[] Counts_E { get; }

    /// <summary>For each row the pick it came from, t·K + k.</summary>
    internal long[] Pick_N { get; }

    /// <summary>Sorts the picks of a call by expert with a counting sort.</summary>
    /// <param name="experts_TK">int64 [T, K], each entry in [0, <paramref name="slots"/>), or −1 for an empty slot.</param>
    /// <param name="slots">E, the routable slots of the layer.</param>
    public static RoutingPlan Sort(Tensor experts_TK, int slots)
    {
        using var scope = NewDisposeScope();
        var experts = experts_TK.contiguous().data<long>().ToArray();
        var next_E = new long[slots];
        var counts_E = new long[slots];
        foreach (var expert in experts)
        {
            if (expert >= slots)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(experts_TK), $"A pick names expert {expert}, but the layer has {slots} slots (0 to {slots - 1}, or -1 for an empty pick).");
            }

            if (expert >= 0)
            {
                counts_E[expert]++;
            }
        }

        var rows = 0L;
        for (var e = 0; e < slots; e++)
        {
            next_E[e] = rows;
            rows += counts_E[e];
        }

        var pick_N = new long[rows];
        for (var pick = 0L; pick < experts.LongLength; pick++)
        {
            if (experts[pick] >= 0)
            {
                pick_N[next_E[experts[pick]]++] = pick;
            }
        }

        var tokensPerExpert = tensor(counts_E, device: experts_TK.device).MoveToOuterDisposeScope();
        return new RoutingPlan(experts_TK.shape[0], experts_TK.shape[1], counts_E, pick_N, tokensPerExpert);
    }
}
