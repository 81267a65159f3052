using LibMoE.Runtime.Kernels.Experts;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Distributed;

/// <summary>A layer's experts on the ranks of a group: numbers of rows, rows, and outputs are one exchange each, and backward two more.
/// </summary>
/// <param name="experts">Who shares them.</param>
/// <param name="layer">The layer's name in the model, for errors.</param>
/// <param name="groups">How many experts each of its groups has, in the order of the slots.</param>
internal sealed class RankPlacement(ExpertRanks experts, string layer, IReadOnlyList<int> groups) : ExpertPlacement
{
    private readonly Ranks _ranks = experts.Group;

    /// <inheritdoc/>
    internal override ExpertSlice Own(int experts) => ExpertSlice.Of(experts, _ranks.Rank, _ranks.Size);

    /// <inheritdoc/>
    internal override int GroupFrom(int first)
    {
        var at = 0;
        foreach (var count in groups)
        {
            if (at == first)
            {
                return count;
            }

            at += count;
        }

        throw new ArgumentException($"No group of experts of {layer} begins at slot {first}.", nameof(first));
    }

    /// <inheritdoc/>
    internal override Tensor Through(Tensor rows_ND, long[] counts_F, Func<Tensor, Tensor, Tensor> compute, Action? meanwhile)
    {
        // Every rank tells every other as many numbers: those of a rank with fewer experts end in zeros.
        var (experts, ranks) = (counts_F.Length, _ranks.Size);
        List<ExpertSlice> slices_R = [.. Enumerable.Range(0, ranks).Select(rank => ExpertSlice.Of(experts, rank, ranks))];
        var most = slices_R.Max(slice => slice.Count);
        long[] told_Rn =
        [
            .. slices_R.SelectMany(slice => counts_F.Skip(slice.First).Take(slice.Count).Concat(new long[most - slice.Count])),
        ];
        var heard_Rn = _ranks.ExchangeCounts(told_Rn, $"numbers of rows for the experts of {layer}");
        var (sent_R, received_R) = (Sums(told_Rn, most), Sums(heard_Rn, most));

        // They come by rank and, of a rank, by expert.
        var expert_M = tensor((long[])[.. heard_Rn.SelectMany((rows, at) => Enumerable.Repeat((long)(at % most), (int)rows))]);
        var (got_MD, arrival) = RowExchange.Begin(_ranks, rows_ND, sent_R, received_R, $"rows for the experts of {layer}");
        meanwhile?.Invoke();
        arrival.Wait();
        return _ranks.Exchange(compute(got_MD, expert_M), received_R, sent_R, $"outputs of the experts of {layer}");
    }

    private static long[] Sums(long[] counts_Rn, int each) => [.. counts_Rn.Chunk(each).Select(counts_n => counts_n.Sum())];
}
