using static TorchSharp.torch;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>Every collective with numbers whose results are known; prints a line for each that is right.</summary>
internal static class CollectivesWorker
{
    public static int Run(Ranks ranks)
    {
        using var scope = NewDisposeScope();
        var (rank, size) = (ranks.Rank, ranks.Size);
        var all = Enumerable.Range(0, size).ToArray();
        Report(ranks, "float64 sum", Sum(ranks, tensor(new[] { rank + 0.5 })) is [var sum] && sum == all.Sum(other => other + 0.5));
        Report(ranks, "int64 sum", Sum(ranks, tensor(new[] { 1L << 40 })) is [var large] && large == size * (double)(1L << 40));
        Report(ranks, "sum with gradient", SumHasGradient(ranks));
        Report(ranks, "exchange with gradient", ExchangeHasGradient(ranks));
        Report(ranks, "nothing to exchange", ranks.Exchange(zeros(0, 3), new long[size], new long[size], "nothing").shape is [0, 3]);

        // The first rank has a row for each, the others have none.
        var given_ND = rank == 0 ? arange(size).to(ScalarType.Float32).unsqueeze(1).expand(size, 3) : zeros(0, 3);
        long[] sent_R = [.. all.Select(_ => rank == 0 ? 1L : 0)];
        long[] received_R = [.. all.Select(other => other == 0 ? 1L : 0)];
        var got_1D = ranks.Exchange(given_ND, sent_R, received_R, "rows of one rank");
        Report(ranks, "rows of one rank alone", got_1D.shape is [1, 3] && got_1D.data<float>().ToArray().All(value => value == rank));

        // To every rank q: the numbers (r, q).
        long[] counts_Rn = [.. all.SelectMany(other => new long[] { rank, other })];
        long[] expected_Rn = [.. all.SelectMany(other => new long[] { other, rank })];
        Report(ranks, "counts", ranks.ExchangeCounts(counts_Rn, "counts").SequenceEqual(expected_Rn));

        var given = full([5], rank, ScalarType.Float32);
        ranks.Broadcast(given, size - 1, "a broadcast");
        Report(ranks, "broadcast", given.data<float>().ToArray().All(value => value == size - 1));

        using (var first = ranks.BeginSum(tensor(new[] { 1f }), "the first of two"))
        {
            var later = tensor(new[] { 2f });
            using var second = ranks.BeginSum(later, "the second of two");
            first.Wait();
            second.Wait();
            Report(ranks, "two sums at once", later.data<float>()[0] == 2f * size);
        }

        ranks.Barrier("the end");
        Report(ranks, "barrier", true);
        return 0;
    }

    private static double[] Sum(Ranks ranks, Tensor tensor)
    {
        ranks.Sum(tensor, "a sum");
        return [.. tensor.to(ScalarType.Float64).data<double>()];
    }

    /// <summary>L_r = (r + 1)·y² of y = Σ_r x_r: dL_r/dy = 2(r + 1)y on each rank, and dx is their sum.</summary>
    private static bool SumHasGradient(Ranks ranks)
    {
        var size = ranks.Size;
        var x = tensor(new[] { ranks.Rank + 1.0 }).requires_grad_(true);
        var y = ranks.SumWithGradient(x, "y");
        (y * y * tensor(ranks.Rank + 1.0)).sum().backward();
        var total = size * (size + 1) / 2.0;
        return y.item<double>() == total && x.grad!.item<double>() == 2 * total * total;
    }

    /// <summary>Rank r sends q + 1 rows to rank q; a row comes back as the gradient 2·row of Σ row².</summary>
    private static bool ExchangeHasGradient(Ranks ranks)
    {
        long[] sent_R = [.. Enumerable.Range(0, ranks.Size).Select(other => other + 1L)];
        long[] received_R = [.. Enumerable.Repeat(ranks.Rank + 1L, ranks.Size)];
        var rows_ND = (arange(sent_R.Sum() * 2).view(-1, 2) + ranks.Rank * 100).to(ScalarType.Float32).requires_grad_(true);
        var got_MD = ranks.Exchange(rows_ND, sent_R, received_R, "rows");
        got_MD.pow(2).sum().backward();
        return got_MD.shape[0] == received_R.Sum() && rows_ND.grad!.equal(rows_ND.detach() * 2).all().item<bool>()
            && got_MD[0, 0].item<float>() == ranks.Rank * (ranks.Rank + 1L);
    }

    private static void Report(Ranks ranks, string what, bool isRight) =>
        Console.WriteLine($"rank {ranks.Rank} {what}: {(isRight ? "right" : "WRONG")}");
}
