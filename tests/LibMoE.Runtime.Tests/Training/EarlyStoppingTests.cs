using LibMoE.Runtime.Tests.Training.Resuming;
using LibMoE.Runtime.Training;

namespace LibMoE.Runtime.Tests.Training;

public class EarlyStoppingTests
{
    [Fact]
    public void The_run_ends_after_so_many_measurements_that_are_no_better()
    {
        var stopping = new EarlyStopping(patience: 2);

        Assert.Equal(
            [true, true, false, true, false], new[] { 3.0, 2, 2, 1, double.NaN }.Select((value, i) => stopping.Add((i + 1) * 10, value)));
        Assert.Equal(new StoppingState(1, 40, 1), stopping.State);
        Assert.False(stopping.IsOver);

        Assert.False(stopping.Add(60, 1.5));
        Assert.True(stopping.IsOver);
    }

    [Fact]
    public void Without_patience_it_never_ends()
    {
        var stopping = new EarlyStopping(patience: 0);

        Assert.All(Enumerable.Range(0, 100), step => stopping.Add(step, step));
        Assert.False(stopping.IsOver);
        Assert.Equal(0, stopping.State!.BestStep);
    }

    [Fact]
    public void A_run_that_gets_no_better_stops_early_and_says_where_it_was_best()
    {
        // A learning rate of next to nothing: the first measurement stays the best or as good as that.
        using var model = ResumeRuns.Create();
        var config = ResumeRuns.Config with
        {
            Steps = 60,
            LearningRate = 1e-12,
            AverageDecay = 0,
            ValidateEvery = 3,
            Patience = 2,
            StopOn = StoppingMetric.ValidationLoadCv
        };

        var result = Trainer.Train(model, ResumeRuns.Corpus, config with { StopOn = StoppingMetric.ValidationLoss });

        Assert.InRange(result.Steps, 9, 59);
        Assert.Equal(result.Steps, result.BestStep + (3 * 2));
        Assert.Equal(result.Steps, result.History[^1].Step);
        Assert.NotNull(result.History[^1].ValidationLoss);
    }
}
