using static TorchSharp.torch;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>Balancing terms of a batch in parts, one a rank, against the same batch in one process: values and gradients in
/// float64.</summary>
internal static class TermsWorker
{
    private const int Tokens = 24;
    private const int Slots = 6;
    private const int K = 2;

    public static int Run(Ranks ranks)
    {
        using var scope = NewDisposeScope();
        foreach (var (name, term) in Terms)
        {
            foreach (var masked in new[] { false, true })
            {
                var (value, gradient) = Of(ranks, term, masked, whole: false);
                var (expected, expectedGradient) = Of(ranks, term, masked, whole: true);
                var off = Math.Max(Math.Abs(value - expected), (gradient - expectedGradient).abs().max().item<double>());

                // Means over tokens weigh every rank alike; with masks the ranks have other numbers of tokens.
                var comparable = !masked || name is "importance" or "load" or "entropy";
                var verdict = off < 1e-12 || !comparable ? "right" : $"WRONG {off}";
                Console.WriteLine($"rank {ranks.Rank} {name}{(masked ? " masked" : "")}: {verdict}");
            }
        }

        return 0;
    }

    private static IReadOnlyList<(string Name, Func<Batch, Ranks?, Tensor> Term)> Terms { get; } =
    [
        ("switch", (batch, ranks) => BalanceTerms.Switch(batch.Shares, batch.Counts, batch.Mask, ranks)),
        ("heterogeneous", (batch, ranks) => BalanceTerms.Heterogeneous(batch.Shares, batch.Counts, 4, 0.75, batch.Mask, ranks)),
        ("importance", (batch, ranks) => BalanceTerms.Importance(batch.Weights, batch.Experts, Slots, ranks)),
        ("load", (batch, ranks) => BalanceTerms.Load(batch.Logits, batch.Logits + batch.Noise, batch.Deviation, K, batch.Mask, ranks)),
        ("entropy", (batch, ranks) => BalanceTerms.BatchEntropy(batch.Logits, batch.Mask, ranks)),
    ];

    /// <summary>The term of the whole batch, or the mean over ranks of theirs, and its gradient to this rank's logits.</summary>
    private static (double Value, Tensor Gradient) Of(Ranks ranks, Func<Batch, Ranks?, Tensor> term, bool masked, bool whole)
    {
        using var generator = new Generator(11);
        var all = empty([Tokens, Slots], ScalarType.Float64).normal_(0, 1, generator);
        var noise = empty([Tokens, Slots], ScalarType.Float64).normal_(0, 0.3, generator);
        var part = Tokens / ranks.Size;
        var (from, count) = whole ? (0, Tokens) : (ranks.Rank * part, part);
        var mask = masked ? arange(Tokens).remainder(7).gt(1).narrow(0, from, count) : null;
        var logits = all.narrow(0, from, count).clone().requires_grad_(true);
        var value = term(Batch.Of(logits, noise.narrow(0, from, count), mask), whole ? null : ranks) / (whole ? 1 : ranks.Size);
        value.backward();
        if (whole)
        {
            return (value.item<double>(), logits.grad!.narrow(0, ranks.Rank * part, part));
        }

        var sum = value.detach().reshape(1).clone();
        ranks.Sum(sum, "the mean of a term");
        return (sum[0].item<double>(), logits.grad!);
    }

    private sealed record Batch(Tensor Logits, Tensor Noise, Tensor? Mask)
    {
        public required Tensor Experts { get; init; }

        public Tensor Shares => Logits.softmax(-1);

        public Tensor Weights => Shares.gather(1, Experts.clamp_min(0));

        public Tensor Deviation => Noise.abs() + 0.1;

        public Tensor Counts => RoutingPlan.Sort(Experts, Slots).TokensPerExpert;

        public static Batch Of(Tensor logits, Tensor noise, Tensor? mask)
        {
            var picks = logits.detach().topk(K).indexes;
            return new(logits, noise, mask)
            {
                Experts = mask is null ? picks : picks.masked_fill(mask.logical_not().unsqueeze(-1), -1),
            };
        }
    }
}
