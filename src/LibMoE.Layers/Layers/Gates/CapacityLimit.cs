using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Limits the picks of each expert (GShard, Lepikhin et al. 2021).</summary>
public static class CapacityLimit
{
    /// <summary>C = ceil(factor·T·K/E), T the routed tokens of the call.</summary>
    public static long Of(double factor, TokenView tokens, int k, int slots)
    {
        var routed = tokens.mask_T is { } mask ? mask.sum().item<long>() : tokens.x_TD.shape[0];
        return Ceiling(factor, routed * k, slots);
    }

    /// <summary>
    /// ceil(factor·count/slots) of the factor as it is written: in binary, 1.1·10 is a little above 11 and would give 12.
    /// </summary>
    internal static long Ceiling(double factor, long count, long slots) =>
        (long)Math.Ceiling((decimal)Math.Min(factor, slots) * count / slots);

    /// <summary>Picks per expert before any is dropped, [E] int64.</summary>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="slots">E, how many experts can be picked.</param>
    /// <returns>[E], int64.</returns>
    public static Tensor Count(Tensor experts_TK, int slots)
    {
        var picks_N = experts_TK.reshape(-1);
        return zeros(new long[] { slots }, ScalarType.Int64, experts_TK.device)
            .scatter_add(0, picks_N.clamp_min(Scalars.Zero), picks_N.ge(Scalars.Zero).to(ScalarType.Int64));
    }

    /// <summary>The picks that find a seat, −1 for the others. All first picks are seated before second ones,
    /// earlier tokens first.</summary>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="slots">E, how many experts can be picked.</param>
    /// <param name="capacity">How many picks each expert has a seat for.</param>
    /// <returns>int64 [T, K].</returns>
    public static Tensor Seat(Tensor experts_TK, int slots, long capacity)
    {
        using var quiet = no_grad();

        // In seating order: slot by slot, token by token.
        var inOrder_N = Seated(experts_TK.t().reshape(-1), slots, capacity);
        return inOrder_N.reshape(experts_TK.shape[1], experts_TK.shape[0]).t().contiguous();
    }

    /// <summary>As <see cref="Seat"/>, the picks of largest weight first, whatever their sign; ties in the order of that one.</summary>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="weights_TK">Combine weights, [T, K].</param>
    /// <param name="slots">E, how many experts can be picked.</param>
    /// <param name="capacity">How many picks each expert has a seat for.</param>
    /// <returns>int64 [T, K].</returns>
    public static Tensor SeatLargest(Tensor experts_TK, Tensor weights_TK, int slots, long capacity)
    {
        using var quiet = no_grad();
        var order_N = sort(weights_TK.detach().abs().t().reshape(-1), descending: true, stable: true).indices;
        var claims_N = experts_TK.t().reshape(-1);
        var seated_N = empty_like(claims_N).scatter(0, order_N, Seated(claims_N.index_select(0, order_N), slots, capacity));
        return seated_N.reshape(experts_TK.shape[1], experts_TK.shape[0]).t().contiguous();
    }

    /// <summary>Claims that find a seat in their order. A stable sort by expert numbers each expert's claims in it.</summary>
    private static Tensor Seated(Tensor claims_N, int slots, long capacity)
    {
        var (sorted_N, order_N) = sort(claims_N, stable: true);
        var starts_E = searchsorted(sorted_N, TensorMath.Range(slots, ScalarType.Int64, claims_N.device));
        var start_N = starts_E.index_select(0, sorted_N.clamp_min(Scalars.Zero));
        var place_N = TensorMath.Range(sorted_N.shape[0], ScalarType.Int64, claims_N.device) - start_N;
        var seated_N = sorted_N.masked_fill(place_N.IsAtLeast(capacity), Scalars.MinusOne);
        return empty_like(seated_N).scatter(0, order_N, seated_N);
    }

    /// <summary>The weights of the picks that have a seat, 0 for the others.</summary>
    /// <param name="weights_TK">Combine weights, [T, K].</param>
    /// <param name="seated_TK">The picks that have a seat, int64 [T, K]; −1 for the others.</param>
    /// <returns>[T, K].</returns>
    public static Tensor Seated(Tensor weights_TK, Tensor seated_TK) => weights_TK * seated_TK.ge(Scalars.Zero).to(weights_TK.dtype);
}
