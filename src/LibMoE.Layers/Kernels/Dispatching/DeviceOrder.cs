using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Dispatching;

/// <summary>
/// The order of a group's rows, kept on the device: all T·K picks are rows, the group's first and sorted by expert, the others after them.
/// Every shape follows from the call alone, so the host never waits for the device.
/// </summary>
/// <param name="Pick_N">For each row the pick it came from, t·K + k; int64.</param>
/// <param name="Row_N">For each pick its row; int64.</param>
/// <param name="Outside_N">For each row whether its pick is not of this group.</param>
/// <param name="Offsets_F">Where the rows of each expert of the group end; int32.</param>
internal sealed record DeviceOrder(Tensor Pick_N, Tensor Row_N, Tensor Outside_N, Tensor Offsets_F)
{
    /// <summary>How many picks each slot has: int64 [E].</summary>
    public static Tensor Counts(Tensor experts_TK, int slots) => Count(Local(experts_TK, 0, slots), slots);

    /// <summary>Sorts the picks for the experts [first, first + count).</summary>
    public static DeviceOrder Sort(Tensor experts_TK, int first, int count)
    {
        var local_N = Local(experts_TK, first, count);
        var (sorted_N, pick_N) = sort(local_N, stable: true);
        var picks_N = TensorMath.Range(local_N.shape[0], ScalarType.Int64, experts_TK.device);
        return new DeviceOrder(
            pick_N,
            zeros_like(pick_N).scatter(0, pick_N, picks_N),
            sorted_N.IsAtLeast(count),
            Count(local_N, count).cumsum(0).to(ScalarType.Int32));
    }

    /// <summary>Each pick's expert counted from the group's first; count for a pick outside the group.</summary>
    private static Tensor Local(Tensor experts_TK, int first, int count)
    {
        var local_N = experts_TK.reshape(-1).Minus(first);
        return local_N.FilledWhere(local_N.lt(Scalars.Zero) | local_N.IsAtLeast(count), count);
    }

    private static Tensor Count(Tensor local_N, int count) =>
        zeros(new long[] { count + 1 }, ScalarType.Int64, local_N.device).scatter_add(0, local_N, ones_like(local_N)).narrow(0, 0, count);
}
