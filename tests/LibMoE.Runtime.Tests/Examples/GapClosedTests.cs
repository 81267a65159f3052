using LibMoE.Runtime.Tests.Reporting;
using Tabular;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>What examples/Domains/Tabular says of the gaps that were to be closed.</summary>
public sealed class GapClosedTests
{
    private const string Key = "Training:Fairness:Parity";

    private static readonly GapClosed Asked = new("parity gap", AtMost: 0.04, Points: 1.7);

    [Theory]
    [InlineData(0.03, 0.835, "−1.50 ± 0.00 points: reached")]
    [InlineData(0.03, 0.830, "−2.00 ± 0.00 points: missed")]
    [InlineData(0.05, 0.849, "−0.10 ± 0.00 points: missed")]
    public void A_gap_is_closed_where_it_is_small_and_cost_little(double gap, double accuracy, string said)
    {
        var lines = Asked.Of(Study(("0", 0.18, [0.85, 0.85]), ("1", gap, [accuracy, accuracy]))).Split('\n');

        Assert.Equal(
            "Asked for: parity gap at most 0.04 for at most 1.7 points of accuracy, against the same seeds without a term.", lines[0]);
        Assert.StartsWith("Smoe ", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(
            FormattableString.Invariant($"Parity=1: parity gap {gap:0.000} ± 0.006, accuracy {said}"), lines[1], StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
    }

    [Fact]
    public void Accuracy_is_compared_seed_by_seed()
    {
        // Differences −1 and −2 points: mean −1.5, standard error 0.5, however far the seeds themselves are apart.
        var lines = Asked.Of(Study(("0", 0.18, [0.80, 0.90]), ("1", 0.03, [0.79, 0.88]))).Split('\n');

        Assert.EndsWith("accuracy −1.50 ± 0.50 points: reached", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_term_to_compare_with_it_says_what_that_takes() => Assert.Equal(
        "Asked for: parity gap at most 0.04 for at most 1.7 points of accuracy: not measured, which takes a grid with and without a "
            + "term, such as --Study:Grid:Training:Fairness:Parity=0,1.",
        Asked.Of(Study(("1", 0.03, [0.8]))));

    private static StudyResults Study(params (string Parity, double Gap, double[] Accuracies)[] variants)
    {
        return StudyResults.Of(
            variants.SelectMany(variant => variant.Accuracies.Select((accuracy, seed) => Run.Of("Smoe", seed, [1]) with
            {
                Settings = new Dictionary<string, string> { [Key] = variant.Parity },
                Metrics =
                [
                    new MeasuredMetric("accuracy", "share of examples", MetricDirection.Higher, accuracy, 0.003, []),
                    new MeasuredMetric("parity gap", "difference of rates", MetricDirection.Lower, variant.Gap, 0.006, []),
                ],
            })),
            new MachineInfo("an operating system", "a processor", 2, 1, "2.10", "10.0"),
            new CorpusIdentity("people", new string('c', 64)));
    }
}
