using LibMoE.Runtime;

namespace LibMoE.Tests.Reporting;

public sealed class FindingsTests
{
    private static readonly TrainingResult Dense = Run.Of("Dense", 0, [2, 2.1, 1.9, 2], wall: 10);

    [Fact]
    public void Each_variant_is_said_to_be_below_like_or_above_the_baseline()
    {
        var findings = Findings.Of(
        [
            Dense,
            Run.Of("Good", 0, [1.9, 2.0, 1.8, 1.9], wall: 21),
            Run.Of("Better", 0, [1.8, 1.9, 1.7, 1.8], wall: 21),
            Run.Of("Alike", 0, [2.1, 2, 1.9, 2]),
            Run.Of("Bad", 0, [2.1, 2.2, 2, 2.1]),
        ]);

        Assert.Equal(
            "At equal active parameters and tokens, Better (−0.200 ± 0.000) and Good (−0.100 ± 0.000) end below Dense; "
            + "Alike (+0.000 ± 0.041) cannot be told from Dense; Bad (+0.100 ± 0.000) ends above Dense.",
            findings[0]);
    }

    [Fact]
    public void One_seed_is_said_to_be_one_seed()
    {
        Assert.StartsWith("There is one seed: ", Findings.Of([Dense, Run.Of("A", 0, [1, 1, 1, 1])])[^1], StringComparison.Ordinal);
        Assert.Contains(
            "paired over 4 held-out sequences and 2 seeds; a difference counts from 2 of them.",
            Findings.Of([Dense, Dense with { Seed = 1 }, Run.Of("A", 0, [1, 1, 1, 1])])[1],
            StringComparison.Ordinal);
    }

    /// <summary>What only says how to read the figures, or what they leave out, is no finding.</summary>
    [Fact]
    public void The_report_has_one_finding_and_each_caveat_once()
    {
        using var folder = new StudyFolder();
        folder.Finished("Dense", 0, 2.1).Finished("Smoe", 0, 2).Finished("Other", 0, 2.2);
        var notices = folder.Report().Parts.OfType<NoticeList>().SelectMany(list => list.Notices).ToList();

        Assert.StartsWith("At equal active parameters and tokens", Assert.Single(notices, notice => notice.Level == NoticeLevel.Finding).Text, StringComparison.Ordinal);
        Assert.Equal(NoticeLevel.Caution, Assert.Single(notices, notice => notice.Text.Contains("seed", StringComparison.Ordinal)).Level);
        Assert.Single(notices, notice => notice.Text.Contains("standard error", StringComparison.Ordinal));
        Assert.Equal(notices.Count, notices.Select(notice => notice.Text).Distinct().Count());
    }

    [Fact]
    public void Equal_wall_time_is_worded_as_steps_of_the_baseline() =>
        Assert.Equal(
            "At equal wall time Dense would see 2.1 times the tokens, because A took 2.1 times as long; "
            + "'study --variants Dense --steps 1260' shows what that is worth.",
            Findings.Of([Dense, Run.Of("A", 0, [1, 1, 1, 1], wall: 21)])[2]);

    [Fact]
    public void A_variant_as_fast_as_the_baseline_needs_no_second_look() =>
        Assert.Equal(
            "A took no longer than Dense, so equal wall time says the same.",
            Findings.Of([Dense, Run.Of("A", 0, [1, 1, 1, 1], wall: 10)])[2]);

    [Fact]
    public void A_slower_variant_that_is_no_better_needs_no_second_look_either() =>
        Assert.Equal(
            "A took 2.0 times as long as Dense, so equal wall time favours Dense.",
            Findings.Of([Dense, Run.Of("A", 0, [2, 2.1, 1.9, 2], wall: 20)])[2]);

    [Fact]
    public void In_a_grid_each_variant_is_compared_at_its_own_best_setting()
    {
        var findings = Findings.Of(
        [
            At("0.001", Run.Of("Dense", 0, [2.0, 2.2])), At("0.01", Run.Of("Dense", 0, [1.8, 2.0])),
            At("0.001", Run.Of("A", 0, [1.7, 1.9])), At("0.01", Run.Of("A", 0, [3.0, 3.2])),
        ]);

        Assert.Equal(
            "Each variant at its best of 2 settings, chosen by validation loss: Dense LearningRate=0.01 and A LearningRate=0.001.", findings[0]);
        Assert.Equal("At equal active parameters and tokens, A (−0.100 ± 0.000) ends below Dense.", findings[1]);

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

        Assert.Contains("Path=a.txt: At equal active parameters and tokens, A (−0.100 ± 0.000) ends below Dense.", findings);
        Assert.Contains("Path=b.txt: At equal active parameters and tokens, A (+0.200 ± 0.000) ends above Dense.", findings);

        static TrainingResult On(string path, TrainingResult run) =>
            run with { Settings = new Dictionary<string, string> { ["Corpus:Path"] = path } };
    }

    [Fact]
    public void Without_a_baseline_there_is_nothing_to_say()
    {
        Assert.Empty(Findings.Of([Run.Of("A", 0, [1]), Run.Of("B", 0, [1])]));
        Assert.Empty(Findings.Of([Dense]));
    }
}
