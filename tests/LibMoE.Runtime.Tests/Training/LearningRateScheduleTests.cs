namespace LibMoE.Runtime.Tests.Training;

public class LearningRateScheduleTests
{
    [Theory]
    [InlineData(0, 0.001)]
    [InlineData(3, 0.004)]
    [InlineData(9, 0.01)]
    [InlineData(10, 0.01)]
    [InlineData(35, 0.0086819805153394640)] // 0.001 + 0.009·(1 + cos(π/4))/2
    [InlineData(60, 0.0055)]
    [InlineData(110, 0.001)]
    [InlineData(500, 0.001)]
    public void Cosine_rises_linearly_and_falls_along_half_a_cosine(long step, double expected)
    {
        var schedule = new LearningRateSchedule(ScheduleKind.Cosine, Peak: 0.01, Minimum: 0.001, Warmup: 10, Steps: 110, Decay: 0);

        Assert.Equal(expected, schedule.At(step), 1e-15);
    }

    [Fact]
    public void Constant_stays_after_the_warm_up()
    {
        var schedule = new LearningRateSchedule(ScheduleKind.Constant, Peak: 0.01, Minimum: 0.001, Warmup: 10, Steps: 110, Decay: 20);

        Assert.Equal(0.005, schedule.At(4), 1e-15);
        Assert.All([10L, 50, 109], step => Assert.Equal(0.01, schedule.At(step)));
    }

    [Theory]
    [InlineData(4, 0.005)]
    [InlineData(10, 0.01)]
    [InlineData(90, 0.01)]
    [InlineData(100, 0.0055)]
    [InlineData(105, 0.00325)]
    public void Warm_up_stable_decay_falls_linearly_in_its_last_steps(long step, double expected)
    {
        var schedule = new LearningRateSchedule(
            ScheduleKind.WarmupStableDecay, Peak: 0.01, Minimum: 0.001, Warmup: 10, Steps: 110, Decay: 20);

        Assert.Equal(expected, schedule.At(step), 1e-15);
    }

    [Fact]
    public void A_configuration_gives_shares_of_the_peak_and_of_the_steps()
    {
        var schedule = LearningRateSchedule.Of(new TrainingConfig
        {
            Steps = 200,
            Warmup = 7,
            LearningRate = 0.02,
            MinLearningRate = 0.1,
            Schedule = ScheduleKind.WarmupStableDecay,
            DecayFraction = 0.25,
        });

        Assert.Equal(new LearningRateSchedule(ScheduleKind.WarmupStableDecay, 0.02, 0.002, 7, 200, 50), schedule);
    }

    [Fact]
    public void Without_warm_up_the_first_step_has_the_peak()
    {
        Assert.Equal(0.01, new LearningRateSchedule(ScheduleKind.Cosine, 0.01, 0, Warmup: 0, Steps: 5, Decay: 0).At(0));
    }
}
