using LibMoE.Runtime.Tests.Training.Resuming;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training;

public class LongRunTests
{
    private const long Slack = 16L << 20;

    [Fact]
    public void Live_tensors_and_resident_memory_stay_flat_over_3000_steps()
    {
        var config = ResumeRuns.Config with
        {
            Steps = 3000,
            Batch = 4,
            MicroBatches = 2,
            SequenceLength = 8,
            LogEvery = 250,
            ValidateEvery = 500,
            Recompute = true,
            CheckpointEvery = 0,
        };
        using var model = LanguageModel.Create(
            ResumeRuns.Model with { Layers = 1, Dim = 8 }, ResumeRuns.Variant, seed: 1, compute: ScalarType.BFloat16);
        var (tensors, memory) = (new List<long>(), new List<long>());

        Trainer.Train(model, ResumeRuns.Corpus, config, new Watch(report =>
        {
            memory.Add(SteadyGrowth.Resident());
            tensors.Add(LiveTensors.Count);
        }));

        Assert.Equal(12, tensors.Count);
        Assert.Single(tensors.Distinct());
        Assert.True(SteadyGrowth.Of(memory[2..]) < Slack, $"resident bytes every 250 steps: {string.Join(", ", memory)}");
    }

    private sealed class Watch(Action<TrainingProgress> take) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => take(value);
    }
}
