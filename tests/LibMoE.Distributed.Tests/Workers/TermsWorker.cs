using static TorchSharp.torch;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>Balancing terms of a batch in parts, one a rank, against the same batch in one process: values and gradients in float64. P of
/// the linear terms is a mean over a rank's own tokens, and their mean over ranks weighs ranks alike: E·Σ_e η_e·f_e·mean_r P_re.</summary>
internal static class TermsWorker
{
    private const int Tokens = 24;
    private const int Slots = 6;
    private const int K = 2;
    private const int FeedForward = 4;
    private const double Tau = 0.75;

    public static int Run(Ranks ranks)
    {
        using var scope = NewDisposeScope();
        foreach (var (name, term) in Terms)
        {
            foreach (var masked in new[] { false, true })
            {
                var (value, gradient) = Of(ranks, term, masked, whole: false);
                var plain = name is "switch" or "heterogeneous" ? Linear(ranks.Size, name == "switch" ? 1 : Tau) : term;
                var (expected, expectedGradient) = Of(ranks, plain, masked, whole: true);
                var off = Math.Max(Math.Abs(value - expected), (gradient - expectedGradient).abs().max().item<double>());
                var verdict = off < 1e-12 ? "right" : $"WRONG {off}";
                Console.WriteLine($"rank {ranks.Rank} {name}{(masked ? " masked" : "")}: {verdict}");
            }
        }

        return 0;
    }

    private static IReadOnlyList<(string Name, Func<Batch, Ranks?, Tensor> Term)> Terms { get; } =
    [
        ("switch", (batch, ranks) => BalanceTerms.Switch(batch.Shares, batch.Counts, batch.Mask, ranks)),
        ("heterogeneous", (batch, ranks) => BalanceTerms.Heterogeneous(batch.Shares, batch.Counts, FeedForward, Tau, batch.Mask, ranks)),
        ("importance", (batch, ranks) => BalanceTerms.Importance(batch.Weights, batch.Experts, Slots, ranks)),
        ("load", (batch, ranks) => BalanceTerms.Load(batch.Logits, batch.Logits + batch.Noise, batch.Deviation, K, batch.Mask, ranks)),
        ("entropy", (batch, ranks) => BalanceTerms.BatchEntropy(batch.Logits, batch.Mask, ranks)),
    ];

    /// <summary>E·Σ_e η_e·f_e·mean_r P_re of the whole batch in plain operations: f counts all picks, P_r is the mean over the tokens of
    /// part r that are routed, η is 1 of the first slots.</summary>
    private static Func<Batch, Ranks?, Tensor> Linear(int parts, double eta) => (batch, _) =>
    {
        var routed_T1 = (batch.Mask ?? ones(Tokens, ScalarType.Bool)).to(ScalarType.Float64).unsqueeze(1);
        var f_E = batch.Experts.unsqueeze(-1).eq(arange(Slots)).to(ScalarType.Float64).sum([0, 1]);
        var eta_E = arange(Slots).lt(FeedForward).to(ScalarType.Float64) * (1 - eta) + eta;
        var p_RE = Enumerable.Range(0, parts).Select(part =>
        {
            var mine_N1 = routed_T1.narrow(0, part * (Tokens / parts), Tokens / parts);
            return (batch.Shares.narrow(0, part * (Tokens / parts), Tokens / parts) * mine_N1).sum(dim: 0) / mine_N1.sum();
        });
        return (eta_E * f_E / f_E.sum() * stack(p_RE).mean([0])).sum() * Slots;
    };

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
