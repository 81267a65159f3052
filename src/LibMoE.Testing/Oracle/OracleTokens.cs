using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>
/// Which rows of a call count, and to which sequence each belongs. The oracle computes on those rows only, so that a masked token
/// cannot have an influence.
/// </summary>
internal sealed class OracleTokens
{
    private readonly long[] _kept;

    private OracleTokens(long count, long[] kept, long[] sequences) => (Count, _kept, Sequences) = (count, kept, sequences);

    /// <summary>T, the tokens of the call, masked ones included.</summary>
    public long Count { get; }

    /// <summary>N, the tokens that count.</summary>
    public int Kept => _kept.Length;

    /// <summary>The sequence of each token that counts.</summary>
    public long[] Sequences { get; }

    /// <summary>All dims of x but the last two are sequences; a 2-D x is one sequence.</summary>
    public static OracleTokens Of(Tensor x, Tensor? mask)
    {
        var count = x.numel() / x.shape[^1];
        var length = x.dim() > 1 ? x.shape[^2] : 1;
        var counts = mask is null
            ? Enumerable.Repeat(true, (int)count).ToArray()
            : mask.to(ScalarType.Bool).cpu().contiguous().reshape(count).data<bool>().ToArray();
        var kept = Enumerable.Range(0, (int)count).Where(row => counts[row]).Select(row => (long)row).ToArray();
        return new OracleTokens(count, kept, [.. kept.Select(row => row / Math.Max(length, 1))]);
    }

    /// <summary>The rows that count, [T or .., C] to [N, C].</summary>
    public Tensor Compact(Tensor values)
    {
        using var rows = tensor(_kept, ScalarType.Int64);
        return values.reshape(Count, -1).index_select(0, rows);
    }

    /// <summary>All rows again, [N, C] to [T, C], with a fixed value where masked.</summary>
    public Tensor Expand(Tensor rows, double masked = 0)
    {
        var target = TensorMath.Full([Count, rows.shape[1]], masked, rows.dtype);
        using var places = tensor(_kept, ScalarType.Int64);
        return target.index_copy(0, places, rows);
    }
}
