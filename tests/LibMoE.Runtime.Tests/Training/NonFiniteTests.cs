using System.Text.Json;
using LibMoE.Runtime.Tests.Checkpoints;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests;

/// <summary>A step whose loss or gradient is not finite is skipped; too many in a row end the run with a diagnosis.</summary>
public class NonFiniteTests
{
    private static readonly TrainingConfig Config = ResumeRuns.Config with { ValidateEvery = 0, AverageDecay = 0, Compute = ComputeType.Float32, LogEvery = 1 };

    [Fact]
    public void A_bad_step_is_skipped_and_counted_and_the_run_goes_on()
    {
        var poison = new Poison(parameter: "blocks.1.ffn.experts.down", expert: 2, fromStep: 4, steps: 2);

        var (result, disk) = Train(poison, limit: 3);

        Assert.Equal((12, 2), (result.Steps, result.SkippedSteps));
        Assert.Equal([0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 2], result.History.Select(report => report.SkippedSteps));
        Assert.True(double.IsFinite(result.ValidationLoss));
        Assert.Null(disk.Find("/run/diagnosis.json"));
    }

    [Fact]
    public void A_run_that_stays_bad_ends_with_a_diagnosis_of_the_block_and_the_expert_and_the_batch()
    {
        var poison = new Poison(parameter: "blocks.1.ffn.experts.down", expert: 2, fromStep: 6, steps: 100);
        var disk = Saves.Disk();

        var error = Assert.Throws<TrainingFailedException>(() => Train(poison, limit: 3, disk));

        Assert.StartsWith("Training of ResumedMoe stopped at step 8, the third in a row that is not finite: the loss is NaN, ", error.Message);
        Assert.Contains("It begins in the parameter blocks.1.ffn.experts.down of expert 2; see /run/diagnosis.json.", error.Message);
        Assert.EndsWith("Try a lower Training:LearningRate than 0.005 or a longer Training:Warmup than 3.", error.Message);
        var report = JsonSerializer.Deserialize<NonFiniteReport>(disk.Bytes("/run/diagnosis.json"), RunJson.Indented)!;
        Assert.Equal((8, 3, 1), (report.Step, report.SkippedInARow, report.FirstBlock));
        Assert.Equal(["blocks.1.ffn.experts.down"], report.Parameters.Select(parameter => parameter.Name));
        Assert.Equal((1, 1L), (report.Parameters[0].Block, report.Parameters[0].Count));
        Assert.Equal([2], report.Parameters[0].Experts);
        Assert.NotEmpty(report.Gradients);
        Assert.Equal(8, report.Batch.Count);
        Assert.All(report.Batch, sequence => Assert.Equal(17, sequence.Count));
        var sampler = new BatchSampler(ResumeRuns.Corpus.Train, 16, 8, Config.Seed) { Position = 8 * 8 };
        Assert.Equal(sampler.Next(8).Inputs_SL[3].contiguous().data<long>().ToArray(), report.Batch[3].SkipLast(1));
        Assert.Equal(4, Saves.Search(disk).Newest!.Step);
    }

    [Fact]
    public void An_output_that_overflows_is_traced_to_the_expert_that_its_tokens_picked()
    {
        // Weights that are finite, but whose products are not.
        var poison = new Poison("blocks.0.ffn.experts.gate_up", expert: 1, fromStep: 6, steps: 100, value: 1e30f, whole: true);
        var disk = Saves.Disk();

        Assert.Throws<TrainingFailedException>(() => Train(poison, limit: 1, disk));

        var report = JsonSerializer.Deserialize<NonFiniteReport>(disk.Bytes("/run/diagnosis.json"), RunJson.Indented)!;
        Assert.Empty(report.Parameters);
        Assert.Equal(0, report.FirstBlock);
        Assert.Equal([1], report.Experts);
        Assert.True(report.Tokens > 0);
    }

    private static (TrainingResult Result, ModelDisk Disk) Train(Poison poison, int limit, ModelDisk? disk = null)
    {
        disk ??= Saves.Disk();
        using var model = LanguageModel.Create(ResumeRuns.Model, ResumeRuns.Variant, seed: 5);
        poison.Model = model;
        return (Trainer.Train(model, ResumeRuns.Corpus, Config with { NonFiniteLimit = limit }, new TrainingStorage(disk, "/run"), poison), disk);
    }

    /// <summary>Puts a bad number into an expert after a step's report, and takes it out again after some more.</summary>
    private sealed class Poison(string parameter, int expert, int fromStep, int steps, float value = float.NaN, bool whole = false)
        : IProgress<TrainingProgress>
    {
        private Tensor? _good;

        public LanguageModel? Model { get; set; }

        public void Report(TrainingProgress report)
        {
            using var quiet = no_grad();
            var target = Model!.state_dict()[parameter];
            if (report.Step == fromStep)
            {
                _good = target.clone();
                using var slice = whole ? target[expert] : target[expert, 0, 0];
                slice.fill_(value);
            }
            else if (report.Step == fromStep + steps)
            {
                target.copy_(_good!);
            }
        }
    }
}
