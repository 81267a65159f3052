namespace LibMoE.Runtime.Tests.Training;

public class TrainingConfigTests
{
    [Fact]
    public void The_default_has_no_problems() => Assert.Empty(new TrainingConfig().Problems());

    public static TheoryData<TrainingConfig, string> Wrong => new()
    {
        { new() { Steps = 0 }, "Training:Steps is 0; it must be at least 1." },
        { new() { Batch = -2 }, "Training:Batch is -2; it must be at least 1." },
        { new() { MicroBatches = 5 }, "Training:MicroBatches is 5; it must divide Training:Batch, which is 16." },
        { new() { SequenceLength = 0 }, "Training:SequenceLength is 0; it must be at least 1." },
        { new() { LearningRate = -0.5 }, "Training:LearningRate is -0.5; it must be above 0." },
        { new() { LearningRate = double.NaN }, "Training:LearningRate is NaN; it must be above 0." },
        { new() { MinLearningRate = 2 }, "Training:MinLearningRate is 2; it must be from 0 to 1, a share of Training:LearningRate." },
        { new() { Warmup = -1 }, "Training:Warmup is -1; it must be at least 0." },
        { new() { DecayFraction = 1.5 }, "Training:DecayFraction is 1.5; it must be from 0 to 1, a share of Training:Steps." },
        {
            new() { Steps = 100, Schedule = ScheduleKind.WarmupStableDecay, Warmup = 81 },
            "Training:Warmup is 81; it must be at most 80, since the last 20 of 100 steps (Training:DecayFraction) are the decay's."
        },
        { new() { WeightDecay = -1 }, "Training:WeightDecay is -1; it must be at least 0." },
        { new() { Beta1 = 1 }, "Training:Beta1 is 1; it must be from 0 to below 1." },
        { new() { Beta2 = -0.1 }, "Training:Beta2 is -0.1; it must be from 0 to below 1." },
        { new() { Epsilon = 0 }, "Training:Epsilon is 0; it must be above 0." },
        { new() { Clip = -1 }, "Training:Clip is -1; it must be above 0, or 0 for no clipping." },
        { new() { LogEvery = 0 }, "Training:LogEvery is 0; it must be at least 1." },
        { new() { ValidationSequences = 1 }, "Training:ValidationSequences is 1; it must be at least 2." },
        { new() { Threads = 0 }, "Training:Threads is 0; it must be at least 1." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_value_is_named_with_what_is_allowed(TrainingConfig config, string problem) =>
        Assert.Equal([problem], config.Problems());

    [Fact]
    public void A_warm_up_that_ends_where_the_decay_begins_is_allowed_and_other_schedules_have_no_decay_to_meet()
    {
        Assert.Empty(new TrainingConfig { Steps = 100, Schedule = ScheduleKind.WarmupStableDecay, Warmup = 80 }.Problems());
        Assert.Empty(new TrainingConfig { Steps = 100, Schedule = ScheduleKind.Constant, Warmup = 100 }.Problems());
    }

    [Fact]
    public void All_problems_are_listed_together() =>
        Assert.Equal(3, new TrainingConfig { Steps = 0, LearningRate = 0, Clip = -1 }.Problems().Count);
}
