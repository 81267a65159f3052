using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Which experts each of T tokens picked in one block, on the host: what the metrics of routing are computed from.
/// </summary>
public sealed class PickTable
{
    private readonly int[] _picks;
    private readonly double[] _weights;

    /// <summary>Holds picks; the arrays are kept, not copied.</summary>
    /// <param name="experts">E: how many experts can be picked.</param>
    /// <param name="slots">K: slots of a token.</param>
    /// <param name="picks">T·K experts, token by token, the pick ranked first in slot 0; −1 is an empty slot.</param>
    /// <param name="weights">T·K combine weights; null takes 1 for every pick.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or an expert is not in [−1, E).</exception>
    public PickTable(int experts, int slots, int[] picks, double[]? weights = null)
    {
        if (slots < 1 || picks.Length % slots != 0 || (weights is not null && weights.Length != picks.Length))
        {
            throw new ArgumentException(
                $"{picks.Length} picks and {weights?.Length ?? picks.Length} weights do not fill whole tokens of {slots} slots.",
                nameof(picks));
        }

        if (picks.Any(expert => expert < -1 || expert >= experts))
        {
            throw new ArgumentException($"Picks must be experts from 0 to {experts - 1}, or −1 for an empty slot.", nameof(picks));
        }

        (Experts, Slots, _picks, _weights) = (experts, slots, picks, weights ?? [.. picks.Select(expert => expert < 0 ? 0.0 : 1)]);
    }

    /// <summary>E: how many experts can be picked.</summary>
    public int Experts { get; }

    /// <summary>K: slots of a token; some may be empty.</summary>
    public int Slots { get; }

    /// <summary>T: how many tokens there are.</summary>
    public int Tokens => _picks.Length / Slots;

    /// <summary>The slots of a token, −1 where empty.</summary>
    public ReadOnlySpan<int> Picks(int token) => _picks.AsSpan(token * Slots, Slots);

    /// <summary>The combine weights of a token's slots, 0 where empty.</summary>
    public ReadOnlySpan<double> Weights(int token) => _weights.AsSpan(token * Slots, Slots);

    /// <summary>n_e: how many picks each expert got, [E].</summary>
    public long[] Counts()
    {
        var counts_E = new long[Experts];
        foreach (var expert in _picks)
        {
            if (expert >= 0)
            {
                counts_E[expert]++;
            }
        }

        return counts_E;
    }

    /// <summary>Copies a call's picks from the device; null where the gate picks nothing (soft slots).</summary>
    /// <param name="routing">What a layer returned.</param>
    /// <param name="experts">E.</param>
    public static PickTable? Of(Routing routing, int experts)
    {
        if (routing.Experts is null)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var picks = routing.Experts.to(ScalarType.Int32).cpu().contiguous().data<int>().ToArray();
        var weights = routing.Weights.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        return new PickTable(experts, (int)routing.Experts.shape[1], picks, weights);
    }

    /// <summary>How many of the first <paramref name="slots"/> picks of a token are also among the first of the other table's.</summary>
    internal int Common(PickTable other, int token, int slots)
    {
        var ours = Picks(token)[..Math.Min(slots, Slots)];
        var theirs = other.Picks(token)[..Math.Min(slots, other.Slots)];
        var common = 0;
        foreach (var expert in ours)
        {
            common += expert >= 0 && theirs.Contains(expert) ? 1 : 0;
        }

        return common;
    }

    /// <summary>How many of the first <paramref name="slots"/> slots of a token are not empty.</summary>
    internal int Filled(int token, int slots)
    {
        var filled = 0;
        foreach (var expert in Picks(token)[..Math.Min(slots, Slots)])
        {
            filled += expert >= 0 ? 1 : 0;
        }

        return filled;
    }

    /// <summary>Copies the absolute weights of a token's slots.</summary>
    internal void CopyMasses(int token, double[] masses)
    {
        for (var slot = 0; slot < masses.Length; slot++)
        {
            masses[slot] = Math.Abs(_weights[(token * Slots) + slot]);
        }
    }

    /// <summary>Refuses tables that are not about the same tokens.</summary>
    internal static void RefuseOtherTokens(PickTable first, PickTable second)
    {
        if (first.Tokens != second.Tokens)
        {
            throw new ArgumentException($"The tables must be of the same tokens; one has {first.Tokens}, the other {second.Tokens}.");
        }
    }
}
