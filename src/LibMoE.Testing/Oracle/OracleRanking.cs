using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>Ranking by a selection value, ties to the lower index.</summary>
internal static class OracleRanking
{
    /// <summary>The K columns of largest value in each row, best first.</summary>
    public static Tensor Top(Tensor values_NE, int k) => Order(values_NE, 1).narrow(1, 0, k);

    /// <summary>The indices that put values in descending order along a dim; a stable sort gives ties to the lower index.</summary>
    public static Tensor Order(Tensor values, long dim) => values.detach().sort(dim, descending: true, stable: true).Indices;

    /// <summary>−∞ outside the best groups. The value of a group is the sum of its largest selection values.</summary>
    /// <param name="values_NE">Selection values.</param>
    /// <param name="groups">The number of groups of equal size, in slot order.</param>
    /// <param name="keep">How many groups stay.</param>
    /// <param name="summed">How many of its largest values make the value of a group, at most all.</param>
    /// <param name="byZero">Whether members of other groups that were not removed stay, with value 0.</param>
    public static Tensor KeepGroups(Tensor values_NE, int groups, int keep, int summed, bool byZero = false)
    {
        var (n, size) = (values_NE.shape[0], values_NE.shape[1] / groups);
        var grouped_NGS = values_NE.reshape(n, groups, size);
        var largest_NGM = grouped_NGS.sort(2, descending: true).Values.narrow(2, 0, Math.Min(summed, size));

        // Removed members add nothing; a group with no other members keeps −∞.
        var gone_NGM = largest_NGM.isneginf();
        var best = largest_NGM.masked_fill(gone_NGM, Scalars.Zero).sum(2).masked_fill(gone_NGM.all(2), Scalars.NegativeInfinity);
        var kept = zeros([n, groups], ScalarType.Float64).scatter(1, Top(best, keep), ones([n, keep], ScalarType.Float64)).gt(Scalars.Zero);
        return byZero
            ? where(kept.unsqueeze(2).logical_or(grouped_NGS.isneginf()), grouped_NGS, zeros_like(grouped_NGS)).reshape(n, -1)
            : grouped_NGS.masked_fill(kept.logical_not().unsqueeze(2), Scalars.NegativeInfinity).reshape(n, -1);
    }

    /// <summary>−∞ but for the largest of each group, group by group.</summary>
    public static Tensor KeepOfEach(Tensor values_NE, int groups, int picks) => cat(
        [.. values_NE.chunk(groups, 1).Select(members => members.masked_fill(
            zeros_like(members).scatter(1, Top(members, picks), ones([members.shape[0], picks], ScalarType.Float64)).eq(Scalars.Zero),
            Scalars.NegativeInfinity))], 1);
}
