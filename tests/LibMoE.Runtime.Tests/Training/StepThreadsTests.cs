using LibMoE.Runtime.Training;

namespace LibMoE.Runtime.Tests.Training;

/// <summary>Threads decide the last bits of a result: their number follows from sizes and from what a person says.</summary>
public class StepThreadsTests
{
    private const double Quickstart = 219_392d * 16 * 64;

    private static readonly TrainingConfig Plain = new();

    [Fact]
    public void A_small_step_has_one_thread_and_a_large_one_what_libtorch_chooses()
    {
        Assert.Equal(1, StepThreads.Of(Quickstart, Plain, chosen: false));
        Assert.Null(StepThreads.Of(10 * Quickstart, Plain, chosen: false));
    }

    [Fact]
    public void A_learner_whose_cost_is_not_known_is_left_to_libtorch() => Assert.Null(StepThreads.Of(0, Plain, chosen: false));

    [Fact]
    public void Texts_are_scored_with_one_thread_by_a_small_model_and_with_what_libtorch_chooses_by_a_larger_one()
    {
        var stories260K = 2 * 260_032d;
        Assert.Equal(1, StepThreads.OfScoring(stories260K, Plain, chosen: false));
        Assert.Equal(2, StepThreads.OfScoring(stories260K, Plain with { Threads = 2 }, chosen: false));
        Assert.Null(StepThreads.OfScoring(10 * stories260K, Plain, chosen: false));
        Assert.Null(StepThreads.OfScoring(null, Plain, chosen: false));
    }

    [Fact]
    public void What_a_person_says_comes_first()
    {
        Assert.Equal(2, StepThreads.Of(Quickstart, Plain with { Threads = 2 }, chosen: false));
        Assert.Null(StepThreads.Of(Quickstart, Plain, chosen: true));
        Assert.Equal(2, StepThreads.Continued(8, Plain with { Threads = 2 }, chosen: false, processors: 16));
        Assert.Null(StepThreads.Continued(8, Plain, chosen: true, processors: 16));
    }

    [Fact]
    public void A_run_continues_with_the_threads_that_it_was_begun_with()
    {
        Assert.Equal(1, StepThreads.Continued(1, Plain, chosen: false, processors: 16));
        Assert.Equal(8, StepThreads.Continued(8, Plain, chosen: false, processors: 16));
        Assert.Equal(4, StepThreads.Continued(8, Plain, chosen: false, processors: 4));
    }
}
