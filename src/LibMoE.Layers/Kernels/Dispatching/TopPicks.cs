using System.Numerics;
using LibMoE.Runtime.Kernels.Dispatching;
using LibMoE.Runtime.Kernels.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>The k largest selection values of each token, in an order that is defined also for ties.</summary>
public static class TopPicks
{
    /// <summary>Insertion beats a full sort of the row while the picks are few.</summary>
    private const int MostInserted = 16;

    /// <summary>The slots with the k largest values, in descending order of value, ties to the lower slot (torch.topk
    /// leaves ties open).</summary>
    /// <param name="selection_TE">[T, E]; a NaN loses against every number it is compared with first.</param>
    /// <param name="k">How many to pick, 1 to E.</param>
    /// <returns>int64 [T, k]; no gradient flows through a choice.</returns>
    /// <exception cref="ArgumentOutOfRangeException">k is below 1 or above the number of slots.</exception>
    public static Tensor Largest(Tensor selection_TE, int k)
    {
        var (tokens, slots) = (selection_TE.shape[0], selection_TE.shape[1]);
        if (k < 1 || k > slots)
        {
            throw new ArgumentOutOfRangeException(nameof(k), $"{k} picks of {slots} slots were asked for; 1 to {slots} are possible.");
        }

        using var scope = NewDisposeScope();
        if (tokens == 0)
        {
            return zeros([0, k], ScalarType.Int64, selection_TE.device).MoveToOuterDisposeScope();
        }

        if (selection_TE.device_type == DeviceType.CPU && selection_TE.dtype == ScalarType.Float32 && k <= MostInserted)
        {
            var dense_TE = selection_TE.detach().contiguous();
            var picks_TK = empty([tokens, k], ScalarType.Int64);
            Pick(HostMemory.Numbers<float>(dense_TE), (int)slots, k, HostMemory.Numbers<long>(picks_TK));
            return picks_TK.MoveToOuterDisposeScope();
        }

        var (_, order_TE) = sort(selection_TE.detach(), dim: 1, descending: true, stable: true);
        return order_TE.narrow(1, 0, k).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>The same for rows one after the other.</summary>
    private static unsafe void Pick(ReadOnlySpan<float> values, int slots, int k, Span<long> picks)
    {
        var (from, rows) = (0, values.Length / slots);
        fixed (float* first = values)
        {
            for (var last = PickLanes.Serve(slots, k) ? rows - PickLanes.Tokens : -1; from <= last; from += PickLanes.Tokens)
            {
                PickLanes.Pick(first + from * slots, slots, k, picks.Slice(from * k, PickLanes.Tokens * k));
            }
        }

        for (; from < rows; from++)
        {
            Pick(values.Slice(from * slots, slots), picks.Slice(from * k, k));
        }
    }

    /// <summary>The same for one row.</summary>
    internal static void Pick(ReadOnlySpan<float> values, Span<long> picks)
    {
        var filled = 0;
        for (var slot = 0; slot < values.Length; slot++)
        {
            slot = filled < picks.Length ? slot : SkipLower(values, slot, values[(int)picks[^1]]);
            var place = filled;
            while (place > 0 && values[slot] > values[(int)picks[place - 1]])
            {
                place--;
            }

            if (place == picks.Length)
            {
                continue;
            }

            filled = Math.Min(filled + 1, picks.Length);
            for (var i = filled - 1; i > place; i--)
            {
                picks[i] = picks[i - 1];
            }

            picks[place] = slot;
        }
    }

    /// <summary>The first slot of the next vector of slots that has a value above the least pick's, or a slot of those behind the last
    /// whole vector.</summary>
    private static int SkipLower(ReadOnlySpan<float> values, int slot, float least)
    {
        var picked = new Vector<float>(least);
        while (slot < values.Length - Vector<float>.Count && !Vector.GreaterThanAny(new Vector<float>(values[slot..]), picked))
        {
            slot += Vector<float>.Count;
        }

        return slot;
    }
}
