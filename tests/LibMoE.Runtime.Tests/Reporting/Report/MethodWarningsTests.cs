using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Sections;

namespace LibMoE.Runtime.Tests.Reporting.Report;

/// <summary>Each limit of a study is named when it applies, and only then.</summary>
public sealed class MethodWarningsTests : IDisposable
{
    private readonly SampleStudy _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sound_study_has_none()
    {
        for (var seed = 0; seed < 3; seed++)
        {
            _folder.Finished("Dense", seed, 2.1).Finished("Smoe", seed, 2, Even);
        }

        Assert.Empty(MethodWarnings.Of(_folder.Read()));
    }

    [Fact]
    public void One_seed_where_nothing_is_compared()
    {
        _folder.Finished("Dense", 0, 2.1);

        Assert.StartsWith("There is one seed: ", Only(NoticeLevel.Caution), StringComparison.Ordinal);
    }

    [Fact]
    public void One_seed_is_left_to_the_findings_where_variants_are_compared()
    {
        _folder.Finished("Dense", 0, 2.1).Finished("Smoe", 0, 2, Even);

        Assert.Empty(MethodWarnings.Of(_folder.Read()));
    }

    [Fact]
    public void Unequal_active_parameters()
    {
        Pair(_folder, active: 120_000);

        Assert.StartsWith(
            "Active parameters differ by 9.8 % (Dense has 109,312, Smoe 120,000): ", Only(NoticeLevel.Caution), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_baseline()
    {
        _folder.Finished("Smoe", 0, 2, Even).Finished("Smoe", 1, 2, Even);

        Assert.StartsWith("The dense baseline did not take part", Only(NoticeLevel.Caution), StringComparison.Ordinal);
    }

    [Fact]
    public void Dead_experts_with_their_number_of_all()
    {
        Pair(_folder, load: new ExpertLoad([[10, 0, 0, 30], [20, 20, 0, 0]]));

        Assert.StartsWith("Experts that no held-out token picked: Smoe (4 of 8). ", Only(NoticeLevel.Caution), StringComparison.Ordinal);
    }

    [Fact]
    public void Dead_experts_are_a_mean_over_all_seeds_as_in_the_summary()
    {
        _folder.Finished("Smoe", 0, 2, new ExpertLoad([[10, 0, 0, 30], [20, 20, 0, 0]]))
            .Finished("Smoe", 1, 2, Even).Finished("Smoe", 2, 2, Even);

        Assert.Contains(MethodWarnings.Of(_folder.Read()), notice => notice.Text.StartsWith(
            "Experts that no held-out token picked: Smoe (1.3 of 8). ", StringComparison.Ordinal));
    }

    [Fact]
    public void Scores_within_chance()
    {
        Pair(_folder);
        _folder.Finished("Dense", 2, 2.1).Finished("Smoe", 2, 2, Even);
        for (var seed = 0; seed < 3; seed++)
        {
            _folder.Evaluated(
                seed, SampleEvaluation.Of("Dense", ("copa", 0.52, 0.02, 0.5), ("blimp", 0.7, 0.01, 0.5), ("perplexity", 3, 0.1, null)))
                .Evaluated(
                    seed, SampleEvaluation.Of("Smoe", ("copa", 0.6, 0.02, 0.5), ("blimp", 0.7, 0.01, 0.5), ("perplexity", 3, 0.1, null)));
        }

        Assert.Equal(
            "On copa, Dense cannot be distinguished from guessing (0.50; 95 % interval): that task says nothing about it.",
            Only(NoticeLevel.Caution));
    }

    [Fact]
    public void Dropped_tokens()
    {
        Pair(_folder);
        var analysis = SampleAnalysis.Of("Smoe", 0);
        _folder.Analysed(analysis with
        {
            Blocks = [analysis.Blocks[0] with { Picks = [600, 400], Dropped = 25 },
            analysis.Blocks[1] with { Picks = [500, 500], Dropped = 15 }]
        });

        Assert.StartsWith("Picks dropped on held-out text because the expert was full: Smoe 2.0 %. ", Only(NoticeLevel.Caution),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Unequal_steps()
    {
        Pair(_folder, reports: 3);

        Assert.StartsWith("Runs ended after unequal numbers of steps (30 to 60): ", Only(NoticeLevel.Caution), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_comparisons()
    {
        for (var seed = 0; seed < 2; seed++)
        {
            foreach (var name in (string[])["Dense", "A", "B", "C", "D", "E"])
            {
                _folder.Finished(name, seed, 2, name == "Dense" ? null : Even);
            }
        }

        Assert.StartsWith(
            "5 variants are compared with Dense over 2 seeds: corrected for their number, the largest difference counts from 63.7 of "
                + "its standard errors on.", Only(NoticeLevel.Caution), StringComparison.Ordinal);
    }

    [Fact]
    public void A_seed_that_only_one_variant_has()
    {
        Pair(_folder);
        _folder.Finished("Smoe", 2, 2, Even);

        Assert.StartsWith(
            "Variants have unequal numbers of finished seeds (Dense 2 and Smoe 3)", Only(NoticeLevel.Caution), StringComparison.Ordinal);
    }

    [Fact]
    public void Seeds_are_counted_of_each_setting_that_a_search_tried()
    {
        Pair(_folder);
        var study = _folder.Read();
        var tried = study.Cells.Where(cell => cell.Variant == "Smoe").Select(cell => cell with
        {
            Result = cell.Result! with { Settings = new Dictionary<string, string> { ["Training:LearningRate"] = "0.1" } },
        });

        Assert.DoesNotContain(
            MethodWarnings.Of(study with { Cells = [.. study.Cells, .. tried] }),
            notice => notice.Text.Contains("unequal numbers of finished seeds", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_that_diverged()
    {
        Pair(_folder);
        _folder.Finished("Smoe", 1, double.NaN, Even);

        Assert.StartsWith("Smoe, seed 1, diverged: ", Only(NoticeLevel.Fault), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_failed_and_one_that_has_not_ended()
    {
        Pair(_folder);
        _folder.Failed("Smoe", 2, "System.IO.IOException: The disk is full.").Unfinished("Dense", 2, 3);
        var warnings = MethodWarnings.Of(_folder.Read()).ToList();

        Assert.Equal("Smoe, seed 2, failed: The disk is full.", warnings[0].Text);
        Assert.StartsWith(
            "The study is not finished: Dense, seed 2 (step 30 of 30) has not ended.", warnings[1].Text, StringComparison.Ordinal);
        Assert.Equal(2, warnings.Count);
    }

    private static ExpertLoad Even => new([[10, 10, 10, 10], [10, 10, 10, 10]]);

    private static void Pair(SampleStudy folder, ExpertLoad? load = null, int reports = 6, long active = 109_312)
    {
        for (var seed = 0; seed < 2; seed++)
        {
            folder.Finished("Dense", seed, 2.1).Finished("Smoe", seed, 2, load ?? Even, reports, active);
        }
    }

    private string Only(NoticeLevel level)
    {
        var notice = Assert.Single(MethodWarnings.Of(_folder.Read()));
        Assert.Equal(level, notice.Level);
        return notice.Text;
    }
}
