using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Tests.Reporting.Report;

namespace LibMoE.Runtime.Tests.Reporting;

public sealed class FindingsTests
{
    private static readonly TrainingResult[] Dense = Seeds("Dense", [2, 2.1, 1.9, 2]);

    [Fact]
    public void Each_variant_is_said_to_be_below_like_or_above_the_baseline()
    {
        var findings = Findings.Of(
        [
            .. Dense,
            .. Seeds("Good", [1.9, 2.0, 1.8, 1.9]),
            .. Seeds("Better", [1.8, 1.9, 1.7, 1.8]),
            .. Seeds("Alike", [2.1, 2, 1.9, 2]),
            .. Seeds("Bad", [2.1, 2.2, 2, 2.1]),
        ]);

        Assert.Equal(
            "At equal active parameters and tokens, Better (−0.200 ± 0.000) and Good (−0.100 ± 0.000) end below Dense; "
            + "Alike (+0.000 ± 0.041) cannot be distinguished from Dense; Bad (+0.100 ± 0.000) ends above Dense.",
            findings[0]);
        Assert.Equal(
            "Here ± is one standard error of the difference over seeds and held-out sequences, paired by both. Tested by Student's t "
                + "with 2 degrees of freedom "
            + "(3 seeds and 4 held-out sequences), p corrected for 4 comparisons (Holm); a difference counts from p < 0.05 on.",
            findings[1]);
    }

    [Fact]
    public void One_seed_says_what_it_measured_and_that_it_says_no_more()
    {
        var findings = Findings.Notices([Dense[0], Run.Of("A", 0, [1.53, 1.63, 1.43, 1.53])]);

        Assert.Equal(
            "At equal active parameters and tokens, one seed says nothing of the variants beyond these trained models and the 4 "
                + "held-out sequences, over which alone "
            + "± is one standard error of the difference to Dense: A (−0.470 ± 0.000). Another seed may turn that; --seeds 5 shows "
            + "whether it does.",
            findings[0].Text);
        Assert.DoesNotContain(findings, notice => notice.Level == NoticeLevel.Finding);
        Assert.DoesNotContain(findings, notice => notice.Text.Contains("below", StringComparison.Ordinal)
            || notice.Text.Contains("better", StringComparison.Ordinal));
    }

    [Fact]
    public void Items_of_a_figure_that_is_no_mean_are_not_counted()
    {
        var findings = Findings.Of([Made("Dense", 0.7), Made("A", 0.8)]);

        Assert.StartsWith(
            "At equal active parameters and steps, one seed says nothing of the variants beyond these trained models and the held-out "
            + "examples, over which alone ± is one standard error of the difference to Dense: A (+0.100 ± 0.028).", findings[0],
            StringComparison.Ordinal);

        static TrainingResult Made(string name, double value) =>
            Run.Of(name, 0, [1, 2]) with { Metrics = [new MeasuredMetric("mAP", "area", MetricDirection.Higher, value, 0.02, [])] };
    }

    [Fact]
    public void A_best_setting_on_the_edge_of_the_grid_is_said_to_be()
    {
        const string Key = "Training:LearningRate";
        TrainingResult At(string name, string rate, double loss) =>
            Run.Of(name, 0, [loss, loss + 0.1]) with { Settings = new Dictionary<string, string> { [Key] = rate } };

        var findings = Findings.Of(
        [
            At("Dense", "0.002", 2), At("Dense", "0.005", 1.9), At("Dense", "0.01", 2.1),
            At("A", "0.002", 2), At("A", "0.005", 1.9), At("A", "0.01", 1.8),
            At("B", "0.002", 1.5), At("B", "0.005", 1.9), At("B", "0.01", 1.8),
        ]);

        Assert.Contains(
            $"The best {Key} lies on the edge of the 3 values that were tried for A (the largest, 0.01) and B (the smallest, 0.002): "
                + "values beyond it may be better.", findings);
        Assert.DoesNotContain(Findings.Of([At("A", "0.002", 2)]), finding => finding.Contains("edge", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_whose_loss_rose_by_training_is_said_to_have_diverged()
    {
        TrainingResult Of(double last, double between = 5.45, double before = 5.5) => Run.Of("A", 1, [last, last]) with
        {
            History =
            [
                new TrainingProgress(10, 30, before, 0, 1, 1, null, null, TimeSpan.Zero, []),
                new TrainingProgress(20, 30, between, 0, 1, 1, null, null, TimeSpan.Zero, []),
                new TrainingProgress(30, 30, last, 0, 1, 1, null, null, TimeSpan.Zero, []),
            ],
        };

        Assert.Equal(
            "A, seed 1, diverged: its loss was 5.50 at step 10 and 7958.00 on held-out text at the end, so that its row says nothing about "
                + "the method. A smaller Training:LearningRate or a longer Training:Warmup cures most of it.",
            Divergence.Of(Of(7958)));
        Assert.Null(Divergence.Of(Of(5.4)));
        Assert.Null(Divergence.Of(Of(5.4, between: 54)));
        Assert.Equal(
            "A, seed 1, diverged: its loss was 5.50 at step 10 and 56.00 at step 20, so that its row says nothing about the method. A "
                + "smaller Training:LearningRate or a longer Training:Warmup cures most of it.",
            Divergence.Of(Of(5.4, between: 56)));
        Assert.StartsWith(
            "A, seed 1, diverged: its loss was 5.45 at step 20", Divergence.Of(Of(60, before: double.NaN)), StringComparison.Ordinal);
        Assert.Null(Divergence.Of(Of(0.02, between: 0.5, before: 0.02)));
        Assert.StartsWith(
            "A, seed 1, diverged: its validation loss is not a number", Divergence.Of(Of(double.NaN)), StringComparison.Ordinal);
    }

    [Fact]
    public void Unequal_active_parameters_are_not_called_equal()
    {
        var larger = Seeds("A", [1, 1.1, 0.9, 1]).Select(run => run with { ActiveParameters = run.ActiveParameters * 3 / 2 }).ToList();

        Assert.StartsWith(
            "At equal tokens and 1.50 times Dense's active parameters, A (−1.000 ± 0.000) ends below Dense.",
            Findings.Of([.. Dense, .. larger])[0], StringComparison.Ordinal);
        Assert.StartsWith(
            "At equal tokens and 1.50 times Dense's active parameters, one seed says nothing", Findings.Of([Dense[0], larger[0]])[0],
            StringComparison.Ordinal);
        Assert.StartsWith(
            "At equal active parameters and tokens, ",
            Findings.Of([.. Dense, .. larger.Select(run => run with { ActiveParameters = Dense[0].ActiveParameters * 101 / 100 })])[0],
            StringComparison.Ordinal);
    }

    /// <summary>What only says how to read the figures, or what they leave out, is no finding.</summary>
    [Fact]
    public void A_report_of_one_seed_has_no_finding_and_each_caveat_once()
    {
        using var folder = new SampleStudy();
        folder.Finished("Dense", 0, 2.1).Finished("Smoe", 0, 2).Finished("Other", 0, 2.2);
        var notices = folder.Report().Parts.OfType<NoticeList>().SelectMany(list => list.Notices).ToList();

        Assert.DoesNotContain(notices, notice => notice.Level == NoticeLevel.Finding);
        Assert.Equal(
            NoticeLevel.Caution, Assert.Single(notices, notice => notice.Text.Contains("one seed", StringComparison.Ordinal)).Level);
        Assert.Equal(notices.Count, notices.Select(notice => notice.Text).Distinct().Count());
    }

    [Fact]
    public void One_round_of_runs_says_nothing_of_time() =>
        Assert.Equal(
            "Nothing is said of equal wall time: A and Dense: one round of runs cannot show a difference in time.",
            Findings.Of([Dense[0], Run.Of("A", 0, [1, 1, 1, 1], tokensPerSecond: 150)])[1]);

    [Fact]
    public void Equal_wall_time_is_worded_as_steps_of_the_baseline() =>
        Assert.Equal(
            "A takes 2.00 times as long as Dense (95 % interval 1.84 to 2.17, 3 rounds), so that at equal wall time Dense would see "
                + "2.0 times the tokens; "
            + "'study --variants Dense --steps 1200' shows what that is worth.",
            Findings.Of([.. Dense, .. Seeds("A", [1, 1.1, 0.9, 1], 500 / 1.034, 500, 500 * 1.034)])[2]);

    [Fact]
    public void Time_that_differs_more_from_round_to_round_than_between_variants_cannot_be_told() =>
        Assert.StartsWith(
            "Nothing is said of equal wall time: whether A takes longer than Dense cannot be determined here (1.82 times as "
                + "long, 95 % interval ",
            Findings.Of([.. Dense, .. Seeds("A", [1, 1.1, 0.9, 1], 1100, 1000, 150)])[2], StringComparison.Ordinal);

    [Fact]
    public void A_slower_variant_that_is_no_better_needs_no_second_look() =>
        Assert.EndsWith(
            ": equal wall time favours Dense.",
            Findings.Of([.. Dense, .. Seeds("A", [2, 2.1, 1.9, 2], 500, 500, 500)])[2], StringComparison.Ordinal);

    [Fact]
    public void Rounds_on_different_machines_are_no_rounds()
    {
        var machine = new MachineInfo("an operating system", "a processor", 2, 1, "2.10", "10.0");
        var elsewhere = Seeds("A", [1, 1.1, 0.9, 1], 500, 500, 500).Select(run => run with { Machine = machine });

        Assert.DoesNotContain(Findings.Of([.. Dense, .. elsewhere]), sentence => sentence.Contains("wall time", StringComparison.Ordinal));
    }

    [Fact]
    public void A_layer_that_sees_later_tokens_is_named_and_not_compared()
    {
        var choosing = Seeds("Choosing", [0.1, 0.1, 0.1, 0.2]).Select(run => run with
        {
            SeesOtherTokens = "routes a token by the "
            + "others of its call"
        });

        var findings = Findings.Of([.. Dense, .. Seeds("A", [1, 1.1, 0.9, 1]), .. choosing]);

        Assert.StartsWith(
            "At equal active parameters and tokens, A (−1.000 ± 0.000) ends below Dense.", findings[0], StringComparison.Ordinal);
        Assert.DoesNotContain("Holm", findings[1], StringComparison.Ordinal);
        Assert.StartsWith("Choosing routes a token by the others of its call. It is not ranked against layers that route each token "
            + "alone: its loss (0.125) ", findings[2], StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_grid_each_variant_is_compared_at_its_own_best_setting()
    {
        var findings = Findings.Of(
        [
            At("0.001", Run.Of("Dense", 0, [2.0, 2.2])), At("0.01", Run.Of("Dense", 0, [1.8, 2.0])),
            At("0.001", Run.Of("A", 0, [1.7, 1.9])), At("0.01", Run.Of("A", 0, [3.0, 3.2])),
        ]);

        Assert.Equal(
            "Each variant at its best of 2 settings, chosen by validation loss: Dense LearningRate=0.01 and A LearningRate=0.001.",
            findings[0]);
        Assert.EndsWith("to Dense: A (−0.100 ± 0.000). Another seed may turn that; --seeds 5 shows whether it does.", findings[1],
            StringComparison.Ordinal);

        static TrainingResult At(string rate, TrainingResult run) =>
            run with { Settings = new Dictionary<string, string> { ["Training:LearningRate"] = rate } };
    }

    [Fact]
    public void Losses_on_different_texts_are_not_compared()
    {
        var findings = Findings.Of(
        [
            On("a.txt", Run.Of("Dense", 0, [2.0, 2.2])), On("a.txt", Run.Of("A", 0, [1.9, 2.1])),
            On("b.txt", Run.Of("Dense", 0, [1.0, 1.2])), On("b.txt", Run.Of("A", 0, [1.2, 1.4])),
        ]);

        Assert.Contains(findings, sentence => sentence.StartsWith("Path=a.txt: ", StringComparison.Ordinal)
            && sentence.Contains("A (−0.100 ± 0.000)", StringComparison.Ordinal));
        Assert.Contains(findings, sentence => sentence.StartsWith("Path=b.txt: ", StringComparison.Ordinal)
            && sentence.Contains("A (+0.200 ± 0.000)", StringComparison.Ordinal));

        static TrainingResult On(string path, TrainingResult run) =>
            run with { Settings = new Dictionary<string, string> { ["Corpus:Path"] = path } };
    }

    [Fact]
    public void Without_a_baseline_there_is_nothing_to_say()
    {
        Assert.Empty(Findings.Of([Run.Of("A", 0, [1]), Run.Of("B", 0, [1])]));
        Assert.Empty(Findings.Of(Dense));
    }

    /// <summary>Three seeds of equal losses, at chosen speeds.</summary>
    private static TrainingResult[] Seeds(string name, double[] losses, params double[] speeds) =>
        [.. Enumerable.Range(0, 3).Select(seed => Run.Of(name, seed, losses, tokensPerSecond: speeds.Length > seed ? speeds[seed] : 1000))];
}
