using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>
/// Which picks find a seat: C = ceil(factor·T·K/E) per expert, all first picks before second ones, earlier tokens first; or those of
/// largest weight.
/// </summary>
internal static class OracleCapacity
{
    /// <summary>[N, K'], 1 where a pick is seated and 0 where it is dropped.</summary>
    public static Tensor Seated(OracleInput input, Tensor experts_NK, Tensor weights_NK)
    {
        var (tokens, width) = ((int)experts_NK.shape[0], (int)experts_NK.shape[1]);
        var seated = new double[tokens * width];
        if (input.Declaration.Capacity is not { } capacity)
        {
            return ones([tokens, width], ScalarType.Float64);
        }

        var picks = experts_NK.cpu().contiguous().data<long>().ToArray();
        var limit = (long)Math.Ceiling((decimal)capacity.Factor * tokens * OracleShape.Picks(input.Declaration) / input.Slots);
        var taken = new long[input.Slots];
        var weights = weights_NK.detach().cpu().contiguous().data<double>().ToArray();
        var claims = Enumerable.Range(0, width).SelectMany(k => Enumerable.Range(0, tokens).Select(token => (token * width) + k));
        claims = capacity.By == CapacityBy.Probability ? claims.OrderByDescending(claim => Math.Abs(weights[claim])) : claims;
        foreach (var claim in claims)
        {
            seated[claim] = picks[claim] >= 0 && taken[picks[claim]]++ < limit ? 1 : 0;
        }

        return tensor(seated, [tokens, width], ScalarType.Float64);
    }
}
