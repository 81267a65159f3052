using LibMoE.Runtime.Reporting.Report.Sections;

namespace LibMoE.Runtime.Tests.Reporting.Report;

/// <summary>What is shown first of a run under way: its time left is that of the steps to come at its last speed.</summary>
public sealed class UnderWaySectionTests
{
    [Fact]
    public void Time_left_is_taken_from_the_last_five_reports()
    {
        // A slow beginning of 100 s, then 10 steps in 2 s, five times: 0.2 s a step, 40 steps to come.
        TrainingProgress[] progress = [At(10, 100), At(20, 102), At(30, 104), At(40, 106), At(50, 108), At(60, 110)];

        Assert.Equal(8.0, UnderWaySection.SecondsLeft(progress)!.Value, 12);
        Assert.Equal(8.0, UnderWaySection.SecondsLeft([At(1, 50), .. progress])!.Value, 12);
    }

    [Fact]
    public void One_report_says_nothing_of_the_speed_and_a_run_that_is_done_needs_no_time()
    {
        Assert.Null(UnderWaySection.SecondsLeft([At(10, 1)]));
        Assert.Equal(0, UnderWaySection.SecondsLeft([At(90, 1), At(100, 2)]));
    }

    [Fact]
    public void A_finished_study_has_no_such_section_and_one_under_way_begins_with_it()
    {
        using var study = new SampleStudy();
        study.Finished("Dense", 0, 2);
        Assert.Null(UnderWaySection.Of(study.Read()));

        study.Unfinished("Smoe", 0, 3);
        Assert.Equal("under-way", study.Report().Tabs[0].Sections[0].Id);
        Assert.Equal(1, study.Report().Figures("under-way")!.Rows);
    }

    private static TrainingProgress At(int step, double seconds) =>
        new(step, 100, 2, 0, 1e-3, 1000, null, null, TimeSpan.FromSeconds(seconds), []);
}
