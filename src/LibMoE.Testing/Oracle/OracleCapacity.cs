using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>
/// Which picks find a seat: C = ceil(factor·T·K/E) per expert, all first picks before second ones, earlier tokens first.
/// </summary>
internal static class OracleCapacity
{
    /// <summary>[N, K'], 1 where a pick is seated and 0 where it is dropped.</summary>
    public static Tensor Seated(OracleInput input, Tensor experts_NK)
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
        for (var k = 0; k < width; k++)
        {
            for (var token = 0; token < tokens; token++)
            {
                var expert = picks[(token * width) + k];
                seated[(token * width) + k] = expert >= 0 && taken[expert]++ < limit ? 1 : 0;
            }
        }

        return tensor(seated, [tokens, width], ScalarType.Float64);
    }
}
