using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Dispatching;

/// <summary>The order of a call's rows in host memory: one counting sort over the picks.</summary>
internal sealed class HostPlan
{
    private HostPlan(int[] offsets_E1, Tensor pick_N, Tensor row_P)
    {
        (Offsets_E1, Pick_N, Row_P) = (offsets_E1, pick_N, row_P);
    }

    /// <summary>Where the rows of each slot start, and after the last slot the number of rows.</summary>
    public int[] Offsets_E1 { get; }

    /// <summary>For each row the pick it came from, t·K + k; int32.</summary>
    public Tensor Pick_N { get; }

    /// <summary>For each pick its row, −1 for an empty one; int32.</summary>
    public Tensor Row_P { get; }

    /// <summary>Sorts the picks by slot, stable in their order.</summary>
    public static HostPlan Sort(Tensor experts_TK, int slots)
    {
        using var scope = NewDisposeScope();
        var experts = HostMemory.Numbers<long>(experts_TK.cpu().contiguous());
        var offsets_E1 = Offsets(experts, slots);
        var pick_N = empty(offsets_E1[slots], ScalarType.Int32);
        var row_P = empty(experts.Length, ScalarType.Int32);
        Fill(experts, offsets_E1, HostMemory.Numbers<int>(pick_N), HostMemory.Numbers<int>(row_P));
        return new HostPlan(offsets_E1, pick_N.MoveToOuterDisposeScope(), row_P.MoveToOuterDisposeScope());
    }

    /// <summary>The plan of rows that are sorted already: every row is one pick, and stays where it is.</summary>
    public static HostPlan Sorted(ReadOnlySpan<long> counts_E)
    {
        var offsets_E1 = new int[counts_E.Length + 1];
        for (var e = 0; e < counts_E.Length; e++)
        {
            offsets_E1[e + 1] = checked(offsets_E1[e] + (int)counts_E[e]);
        }

        var rows_N = TensorMath.Range(offsets_E1[^1], ScalarType.Int32);
        return new HostPlan(offsets_E1, rows_N, rows_N);
    }

    /// <summary>The same order in tensors that backward got from the autograd graph, after the forward's own were disposed.</summary>
    public HostPlan In(Tensor pick_N, Tensor row_P) => new(Offsets_E1, pick_N, row_P);

    /// <summary>How many rows each of some slots has.</summary>
    public long[] Counts(int first, int slots)
    {
        var counts = new long[slots];
        for (var e = 0; e < slots; e++)
        {
            counts[e] = Offsets_E1[first + e + 1] - Offsets_E1[first + e];
        }

        return counts;
    }

    /// <summary>The picks of the rows of some slots.</summary>
    public Tensor PicksOf(int first, int slots) =>
        Pick_N.narrow(0, Offsets_E1[first], Offsets_E1[first + slots] - Offsets_E1[first]);

    private static int[] Offsets(ReadOnlySpan<long> experts, int slots)
    {
        var offsets_E1 = new int[slots + 1];
        foreach (var expert in experts)
        {
            if (expert >= slots)
            {
                throw new ArgumentException($"A pick names slot {expert}; the layer has slots 0 to {slots - 1}, and -1 is an empty pick.");
            }

            if (expert >= 0)
            {
                offsets_E1[expert + 1]++;
            }
        }

        for (var e = 0; e < slots; e++)
        {
            offsets_E1[e + 1] += offsets_E1[e];
        }

        return offsets_E1;
    }

    private static void Fill(ReadOnlySpan<long> experts, int[] offsets_E1, Span<int> pick_N, Span<int> row_P)
    {
        var next_E = offsets_E1.AsSpan(0, offsets_E1.Length - 1).ToArray();
        for (var pick = 0; pick < experts.Length; pick++)
        {
            var row = experts[pick] < 0 ? -1 : next_E[experts[pick]]++;
            row_P[pick] = row;
            if (row >= 0)
            {
                pick_N[row] = pick;
            }
        }
    }
}
