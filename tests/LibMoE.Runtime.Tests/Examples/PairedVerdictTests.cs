using Domains;
using LibMoE.Runtime.Tests.Reporting;
using QuantumGate;
using Speech;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>What examples say of two methods on the same seeds or speakers, on cases worked by hand.</summary>
public sealed class PairedVerdictTests
{
    [Fact]
    public void Only_an_interval_that_leaves_zero_out_tells_two_methods_apart()
    {
        // Differences of .01 to .05: mean .03, s = .0158114, s/√5 = .0070711, times 2.776445 (Student's t, 4 degrees) = .0196324.
        double[] more = [0.51, 0.52, 0.53, 0.54, 0.55], less = [0.5, 0.5, 0.5, 0.5, 0.5];
        var better = PairedVerdict.Of(more, less);
        Assert.Equal(0.0196324, better.HalfWidth, 1e-6);
        Assert.Equal("+0.030 ± 0.020 (5 seeds): better", better.Text("seed"));
        Assert.Equal("−0.030 ± 0.020 (5 seeds): worse", PairedVerdict.Of(less, more).Text("seed"));

        // Without .05 and .04: mean .02, s/√3 = .0057735, times 4.302653 = .0248414.
        Assert.Equal("+0.020 ± 0.025 (3 seeds): not distinguishable", PairedVerdict.Of(more[..3], less[..3]).Text("seed"));
        Assert.Equal("+0.010 (one seed): not distinguishable", PairedVerdict.Of(more[..1], less[..1]).Text("seed"));
        Assert.False(PairedVerdict.Of(less, less).IsDecided);
    }

    [Fact]
    public void Nets_are_compared_over_held_out_speakers_by_the_mean_and_over_seeds_by_the_worst()
    {
        var one = new HeldOutFigures("one", [[0.5, 0.6, 0.7], [0.7, 0.6, 0.5]]);
        var other = new HeldOutFigures("other", [[0.4, 0.6, 0.7], [0.4, 0.6, 0.5]]);

        // Over speakers .2, 0, 0: mean .0667, s/√3 = .0667, times 4.302653 = .2868. The worst are .5, .5 and .4, .4.
        Assert.Equal(
            ["one − other: mean +0.067 ± 0.287 (3 speakers): not distinguishable", "one − other: worst +0.100 ± 0.000 (2 seeds): better"],
            one.Against(other));
        Assert.Matches(@"^other\s+0\.400\s+0\.600\s+0\.600\s+0\.533 ± 0\.067\s+0\.400 ± 0\.000$", other.Row());
    }

    [Fact]
    public void A_circuit_is_to_be_better_than_lines_and_may_be_as_good_as_gates_of_its_size()
    {
        double[] circuit = [0.96, 0.97, 0.965];
        var text = new GatesOfEqualSize().Of(Study(circuit, lines: [0.92, 0.93, 0.925], waves: [0.96, 0.95, 0.98], tanh: circuit));

        Assert.Contains("QuantumMoe − LinearMoe: +0.040 ± 0.000 (3 seeds): better", text, StringComparison.Ordinal);
        Assert.Contains("QuantumMoe − FourierMoe: +0.002 ± 0.044 (3 seeds): not distinguishable", text, StringComparison.Ordinal);
        Assert.Contains(
            "Asked for: better than straight lines: reached; not distinguishable from classical gates of the same size: reached.", text,
            StringComparison.Ordinal);
        Assert.Contains("No claim of speed: the circuit is simulated, a step with it took 8 times as long as with FourierMoe", text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_circuit_that_is_better_than_a_gate_of_its_size_is_said_to_be_so_and_one_seed_says_nothing()
    {
        double[] circuit = [0.96, 0.97, 0.965], lines = [0.99, 0.97, 0.965];
        var text = new GatesOfEqualSize().Of(Study(circuit, lines, waves: [0.91, 0.92, 0.914], tanh: circuit));
        var single = new GatesOfEqualSize().Of(Study(circuit[..1], lines[..1], circuit[..1], circuit[..1]));

        Assert.Contains("better than straight lines: missed;", text, StringComparison.Ordinal);
        Assert.Contains("same size: missed, better than FourierMoe.", text, StringComparison.Ordinal);
        Assert.Contains("not to be told from one seed.", single, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_little_is_asked_for_more_is_a_miss()
    {
        var results = Study([0.4], [0.46], [0.45], [0.3]);

        var text = new Criterion("accuracy", 0.45) { IsCeiling = true }.Of(results);

        Assert.StartsWith("Asked for: accuracy at most 0.45. ", text, StringComparison.Ordinal);
        Assert.Matches(@"QuantumMoe 0\.400 ± \S+: reached, LinearMoe 0\.460 ± \S+: missed, FourierMoe 0\.450 ± \S+: reached", text);
        Assert.Contains("accuracy at least 0.45.", new Criterion("accuracy", 0.45).Of(results), StringComparison.Ordinal);
    }

    private static StudyResults Study(double[] circuit, double[] lines, double[] waves, double[] tanh) => new()
    {
        Variants =
        [
            Variant("QuantumMoe", circuit, speed: 100), Variant("LinearMoe", lines), Variant("FourierMoe", waves), Variant("TanhMoe", tanh),
        ],
        Machine = new MachineInfo("an operating system", "a processor", 2, 1, "2.10", "10.0"),
        Corpus = new CorpusIdentity("two moons", new string('c', 64)),
    };

    private static VariantResult Variant(string name, double[] accuracies, double speed = 800) =>
        accuracies.Select((accuracy, seed) => Run.Of(name, seed, [0.1, 0.2], tokensPerSecond: speed) with
        {
            Metrics = [new MeasuredMetric("accuracy", "share of examples", MetricDirection.Higher, accuracy, 0.01, [])],
        }).GroupBy(run => run.Name).Select(VariantResult.Of).Single();
}
